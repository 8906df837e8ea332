/// A `mlperf_log_summary.txt`: names and values with a colon between them.
public struct SummaryLog: Hashable, Sendable {
  /// Where it was read from.
  public let path: String
  private let values: [String: String]
  /// Whether it says that there were no errors.
  public let isWithoutErrors: Bool

  static let sizeLimit = 1 << 20

  /// Reads a file.
  public init(path: String) throws(LogError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: Self.sizeLimit) } catch { throw LogError(error, path: path) }
    self.init(parsing: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Reads a text; of several lines with one name the first counts.
  public init(parsing text: String, path: String) {
    self.path = path
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = Self.trimmed(line[..<colon])
      if values[name] == nil { values[name] = Self.trimmed(line[line.index(after: colon)...]) }
    }
    self.values = values
    isWithoutErrors = text.contains("No errors encountered during test.")
  }

  /// The value beside a name.
  public subscript(name: String) -> String? { values[name] }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
