import Records

/// A CSV file (RFC 4180): names of columns and rows of fields.
struct CSVTable: Hashable {
  /// The names of the columns, each once.
  let columns: [String]
  /// The rows, each with a field for every column.
  let rows: [[String]]

  /// Reads a file.
  ///
  /// - Throws: ``RecordError`` of kind `damaged`, with `path` in it.
  init(_ bytes: [UInt8], path: String) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw damaged("is not UTF-8 text") }
    var (rows, row, field) = ([[String]](), [String](), [UInt8]())
    var (isQuoted, wasQuoted) = (false, false)
    func ended() -> String { String(decoding: field, as: UTF8.self) }
    var utf8 = Array(text.utf8)[...]
    if utf8.starts(with: [0xef, 0xbb, 0xbf]) { utf8 = utf8.dropFirst(3) }
    while let byte = utf8.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && utf8.first == byte:
        field.append(byte)
        utf8 = utf8.dropFirst()
      case UInt8(ascii: "\"") where isQuoted: isQuoted = false
      case _ where isQuoted: field.append(byte)
      case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
      case UInt8(ascii: ","):
        row.append(ended())
        (field, wasQuoted) = ([], false)
      case UInt8(ascii: "\r") where utf8.first == UInt8(ascii: "\n"): break
      case UInt8(ascii: "\n"):
        rows.append(row + [ended()])
        (row, field, wasQuoted) = ([], [], false)
      default:
        guard !wasQuoted else { throw damaged("row \(rows.count + 1) has a quote in the middle of a field") }
        field.append(byte)
      }
    }
    guard !isQuoted else { throw damaged("its last field has no closing quote") }
    if !field.isEmpty || !row.isEmpty || wasQuoted { rows.append(row + [ended()]) }
    guard let head = rows.first else { throw damaged("it has no row") }
    guard Set(head).count == head.count else { throw damaged("it has a column twice") }
    if let place = rows.firstIndex(where: { $0.count != head.count }) {
      throw damaged("row \(place + 1) has \(rows[place].count) fields where there are \(head.count) columns")
    }
    columns = head
    self.rows = Array(rows.dropFirst())
  }

  /// Every field under the name of its row and column, the numbers as numbers.
  ///
  /// - Parameter key: the column that names rows.
  /// - Throws: ``RecordError`` of kind `damaged` where the column is missing or names two rows alike.
  func leaves(key: String, path: String) throws(RecordError) -> [JSONLeaf] {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    guard let place = columns.firstIndex(of: key) else { throw damaged("it has no column `\(key)`") }
    var seen: Set<String> = []
    var leaves: [JSONLeaf] = []
    for row in rows {
      guard seen.insert(row[place]).inserted else { throw damaged("it has two rows of \(row[place])") }
      for (column, field) in zip(columns, row) {
        let value: JSONLeaf.Value = Double(field).flatMap { $0.isFinite ? .number($0) : nil } ?? .text(field)
        leaves.append(JSONLeaf(path: "\(row[place]): \(column)", value: value))
      }
    }
    return leaves
  }
}
