import LoadGen

/// What a sweep looks for.
public enum SweepGoal: Hashable, Sendable {
  /// The most samples per second.
  case throughput
  /// The most samples per joule.
  case efficiency
  /// The most samples per second among those whose p99 of latency is at most this many nanoseconds.
  case latency(nanoseconds: Int)

  /// The longest limit of latency: an hour.
  static let longestLimit = 3_600_000_000_000

  /// Parses `throughput`, `efficiency` or a limit such as `latency<=15ms`; `<` means the same, and blanks do not matter.
  ///
  /// Limits are numbers with ns, us, ms or s, from 1 ns to 1 hour; what lies below a nanosecond is rounded.
  public init(_ text: String) throws(SweepError) {
    let shown = "`\(text.prefix(40))`"
    let word = String(text.filter { !$0.isWhitespace }.prefix(80)).lowercased()
    switch word {
    case "throughput": self = .throughput
    case "efficiency": self = .efficiency
    default:
      guard word.hasPrefix("latency") else {
        throw SweepError("\(shown) is no goal: write throughput, efficiency or a limit such as latency<=15ms.")
      }
      let rest = word.dropFirst("latency".count)
      guard let sign = ["<=", "\u{2264}", "<"].first(where: rest.hasPrefix) else {
        throw SweepError("The goal \(shown) names no limit: write for example latency<=15ms.")
      }
      self = .latency(nanoseconds: try Self.nanoseconds(rest.dropFirst(sign.count), of: shown))
    }
  }

  private static func nanoseconds(_ text: Substring, of goal: String) throws(SweepError) -> Int {
    guard let limit = TimeSpan.nanoseconds(text), (1...longestLimit).contains(Int(limit)) else {
      throw SweepError(
        "The limit of the goal \(goal) is no length of time from 1 ns to 1 hour: write a number with ns, us, ms or s, for "
          + "example latency<=15ms.")
    }
    return Int(limit)
  }

  /// The limit of latency in seconds, where there is one.
  public var limitSeconds: Double? {
    guard case .latency(let nanoseconds) = self else { return nil }
    return Double(nanoseconds) / 1e9
  }
}

extension SweepGoal: CustomStringConvertible {
  /// The goal as ``init(_:)`` parses it, the limit in the largest unit of which it is at least 1.
  public var description: String {
    switch self {
    case .throughput: "throughput"
    case .efficiency: "efficiency"
    case .latency(let nanoseconds): "latency<=" + TimeSpan.text(Int64(nanoseconds))
    }
  }
}

/// A goal is one string: `"latency<=15ms"`.
extension SweepGoal: Codable {
  /// Decodes the string; one that does not parse is a `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do { try self.init(try container.decode(String.self)) } catch let error as SweepError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  /// Encodes the string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
