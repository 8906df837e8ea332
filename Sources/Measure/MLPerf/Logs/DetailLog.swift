import Foundation

/// A `mlperf_log_detail.txt`, of Assay's or of LoadGen's. It is untrusted: sizes are bounded and every line is checked.
public struct DetailLog: Hashable, Sendable {
  /// One event.
  public struct Line: Hashable, Sendable {
    /// Which.
    public let key: String
    /// What about it.
    public let value: LogValue
    /// Whether it tells of an error.
    public let isError: Bool
    /// Whether it tells of a warning.
    public let isWarning: Bool
    /// Where it stands, from 1.
    public let number: Int
  }

  /// Where it was read from.
  public let path: String
  /// All events in their order.
  public let lines: [Line]
  private let first: [String: Int]

  /// What every line begins with.
  static let prefix = Array(":::MLLOG ".utf8)
  /// The most bytes and lines of a log.
  static let sizeLimit = 1 << 28
  static let lineLimit = 1 << 20

  /// Reads a file.
  public init(path: String) throws(LogError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: Self.sizeLimit) } catch { throw LogError(error, path: path) }
    try self.init(parsing: bytes, path: path)
  }

  /// Reads a text.
  ///
  /// - Parameter path: What errors call it.
  public init(parsing bytes: [UInt8], path: String) throws(LogError) {
    self.path = path
    var lines: [Line] = []
    var first: [String: Int] = [:]
    let decoder = JSONDecoder()
    for (index, raw) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let text = raw.last == 13 ? raw.dropLast() : raw
      if text.isEmpty { continue }
      func damaged(_ reason: String) -> LogError {
        LogError(kind: .damaged, path: path, line: index + 1, reason: reason)
      }
      guard text.starts(with: Self.prefix) else { throw damaged("a line of a detail log begins with `:::MLLOG `") }
      guard lines.count < Self.lineLimit else { throw damaged("it has more than \(Self.lineLimit) lines") }
      guard let event = try? decoder.decode(Event.self, from: Data(text.dropFirst(Self.prefix.count))) else {
        throw damaged("what follows `:::MLLOG ` is not a JSON object with `key`, `value` and `metadata`")
      }
      first[event.key] = first[event.key] ?? lines.count
      lines.append(
        Line(
          key: event.key, value: event.value, isError: event.metadata.isError, isWarning: event.metadata.isWarning,
          number: index + 1))
    }
    guard !lines.isEmpty else { throw LogError(kind: .damaged, path: path, reason: "the log is empty") }
    self.lines = lines
    self.first = first
  }

  /// The value of the first line with a key, which is the one that official tools take.
  public subscript(key: String) -> LogValue? { first[key].map { lines[$0].value } }

  /// The texts of all errors.
  public var errors: [String] { lines.filter(\.isError).map { $0.value.text ?? "" } }

  /// Keys that are there more than once, though they can have one value only.
  public var duplicateKeys: [String] {
    let repeatable: Set = [
      "generic_message", "error_runtime", "warning_generic_message", "error_invalid_test_settings",
    ]
    var seen: Set<String> = []
    var duplicates: [String] = []
    for line in lines where !repeatable.contains(line.key) && !line.isError && !line.isWarning {
      if !seen.insert(line.key).inserted, !duplicates.contains(line.key) { duplicates.append(line.key) }
    }
    return duplicates
  }

  private struct Event: Decodable {
    let key: String
    let value: LogValue
    let metadata: Metadata

    struct Metadata: Decodable {
      let isError: Bool
      let isWarning: Bool

      enum CodingKeys: String, CodingKey {
        case isError = "is_error"
        case isWarning = "is_warning"
      }
    }
  }
}
