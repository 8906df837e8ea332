import Foundation
import LoadGen

/// A `mlperf_log_accuracy.json`.
public struct AccuracyLog: Hashable, Sendable {
  /// Where it was read from.
  public let path: String
  /// The responses in their order.
  public let responses: [LoggedResponse]

  /// The most bytes of a log.
  static let sizeLimit = 1 << 31

  /// Reads a file.
  public init(path: String) throws(LogError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: Self.sizeLimit) } catch { throw LogError(error, path: path) }
    try self.init(parsing: bytes, path: path)
  }

  /// Reads a text.
  public init(parsing bytes: [UInt8], path: String) throws(LogError) {
    self.path = path
    let entries: [Entry]
    do { entries = try JSONDecoder().decode([Entry].self, from: Data(bytes)) } catch {
      throw LogError(
        kind: .damaged, path: path, reason: "it is not a JSON array of objects with `seq_id`, `qsl_idx` and `data`")
    }
    var responses: [LoggedResponse] = []
    responses.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      guard let data = Self.bytes(entry.data) else {
        throw LogError(
          kind: .damaged, path: path, reason: "the data of response \(index + 1) is not hexadecimal digits in pairs")
      }
      responses.append(LoggedResponse(id: entry.sequence, index: entry.sample, data: data))
    }
    self.responses = responses
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }

  private struct Entry: Decodable {
    let sequence: UInt64
    let sample: Int32
    let data: String

    enum CodingKeys: String, CodingKey {
      case sequence = "seq_id"
      case sample = "qsl_idx"
      case data
    }
  }
}
