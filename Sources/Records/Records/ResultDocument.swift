/// A file of results of either kind that commands which show several take.
public enum ResultDocument: Sendable {
  /// What `assay run`, `sweep` and `precision` write.
  case record(Record)
  /// What `assay loadline --output` writes.
  case loadLine(LoadLine)

  /// Reads and checks a file.
  ///
  /// - Throws: ``RecordError``: not found, damaged, edited after it was written, written by a newer Assay, or a document of another kind.
  public static func read(path: String) throws(RecordError) -> ResultDocument {
    let json = try RecordFile(path: path).readBytes()
    switch firstKey(of: json) {
    // Keys are written in their order, and neither is one of a record's.
    case "line", "score": return .loadLine(try LoadLine(json: json, path: path))
    default: return .record(try RecordReading(json: json, path: path).trusted(path: path))
    }
  }

  /// The first key of a JSON object; nil where there is none, or one with escapes.
  static func firstKey(of json: [UInt8]) -> String? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = json.drop(while: isSpace)
    guard start.first == UInt8(ascii: "{") else { return nil }
    let key = start.dropFirst().drop(while: isSpace)
    guard key.first == UInt8(ascii: "\"") else { return nil }
    let rest = key.dropFirst().prefix(64)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), !rest[..<end].contains(UInt8(ascii: "\\")) else {
      return nil
    }
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}
