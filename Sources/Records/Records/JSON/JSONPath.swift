/// The place of a value, from the inside to the outside: cheap to make for every value and written out only for errors.
final class JSONPath: Sendable {
  /// The key or the index.
  let key: any CodingKey
  /// The place around it; nil at the top.
  let outer: JSONPath?

  init(_ key: any CodingKey, in outer: JSONPath?) {
    self.key = key
    self.outer = outer
  }
}

extension JSONPath? {
  /// All steps, the outermost first.
  var codingPath: [any CodingKey] {
    var path: [any CodingKey] = []
    var link = self
    while let here = link {
      path.append(here.key)
      link = here.outer
    }
    return path.reversed()
  }
}

/// A key of any object, or an index.
struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
