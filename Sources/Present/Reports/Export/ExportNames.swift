/// Names of cells for a format that cannot hold every name: as near to the ids as it may be, and no two alike.
struct ExportNames {
  private let names: [String: String]

  /// Names cells.
  ///
  /// - Parameters:
  ///   - ids: the cells' ids.
  ///   - limit: the most characters that a name may have.
  ///   - harmless: makes an id harmless; it may make two of them alike, which are then numbered.
  init(_ ids: [String], limit: Int = .max, harmless: (String) -> String = \.printable) {
    var names: [String: String] = [:]
    var taken: Set<String> = []
    for id in ids where names[id] == nil {
      let whole = harmless(id)
      // Room for a number.
      let name = whole.unicodeScalars.count > limit ? String(whole.prefix(max(1, limit - 16))) + "…" : whole
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)~\(number)"
        number += 1
      }
      names[id] = unique
    }
    self.names = names
  }

  /// The name of a cell; its id, made printable, where it was not named before.
  subscript(id: String) -> String { names[id] ?? id.printable }
}
