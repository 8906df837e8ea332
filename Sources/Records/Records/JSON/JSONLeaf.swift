/// A value at the end of a path through a JSON document: what one figure of a summary is called and what it says.
public struct JSONLeaf: Hashable, Sendable {
  /// The way to it, for example `cells[resnet50/fp32/native/t1/b1/Offline].throughput.mean`: elements of arrays by their
  /// `id` where each has one of its own, else by their place from 0.
  public let path: String
  /// What it says.
  public let value: Value

  /// What a leaf says.
  public enum Value: Hashable, Sendable {
    /// A number; not finite where it is beyond a double.
    case number(Double)
    /// A text.
    case text(String)
    /// Everything else that has nothing inside: `true`, `false`, `null`, an empty object or array, by its canonical text.
    case word(String)

    /// What people read.
    public var description: String {
      switch self {
      case .number(let value): value.plainText
      case .text(let text): "`\(text)`"
      case .word(let word): word
      }
    }
  }

  /// Makes a leaf.
  public init(path: String, value: Value) {
    self.path = path
    self.value = value
  }

  /// The leaves of a document, in the order of the text.
  ///
  /// - Throws: ``RecordError`` of kind `damaged`, with `path` in it, where it is no JSON, or its leaves and their paths
  ///   take more than 512 MiB.
  public static func all(json: [UInt8], path: String) throws(RecordError) -> [JSONLeaf] {
    let text: JSONText
    do { text = try JSONText(json) } catch {
      throw RecordError(
        kind: .damaged, path: path,
        reason: "not a whole JSON document (\(json.count) bytes): at byte \(error.offset), \(error.reason)")
    }
    var collection = JSONLeafCollection(text)
    guard collection.collect(0, at: "") else {
      throw RecordError(kind: .damaged, path: path, reason: "its figures and their names are more than anybody's")
    }
    return collection.leaves
  }

  /// The leaves of a value, as its JSON has them.
  ///
  /// - Throws: `EncodingError` where it has none.
  public static func all(of value: some Encodable) throws -> [JSONLeaf] {
    try all(json: JSONTextEncoder.encode(value), path: "value")
  }
}
