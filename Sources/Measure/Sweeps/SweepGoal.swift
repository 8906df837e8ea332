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

  /// The units of a limit in nanoseconds, the largest first.
  private static let units: [(name: String, nanoseconds: Int)] = [
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

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
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count)
    guard let value = Double(number), value.isFinite, number.first != ".", number.last != "." else {
      throw SweepError("The limit of the goal \(goal) is no number: write for example latency<=15ms.")
    }
    guard let factor = units.first(where: { $0.name == unit || (unit == "\u{b5}s" && $0.name == "us") }) else {
      let found = unit.isEmpty ? "has no unit" : "has the unit `\(unit.prefix(20))`"
      throw SweepError("The limit of the goal \(goal) \(found): write ns, us, ms or s, for example latency<=15ms.")
    }
    let limit = (value * Double(factor.nanoseconds)).rounded()
    guard limit >= 1, limit <= Double(longestLimit) else {
      throw SweepError("The limit of the goal \(goal) lies outside 1 ns to 1 hour.")
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
    case .latency(let nanoseconds): "latency<=" + Self.text(nanoseconds)
    }
  }

  private static func text(_ nanoseconds: Int) -> String {
    let unit = units.first { nanoseconds >= $0.nanoseconds } ?? ("ns", 1)
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit.nanoseconds)
    guard rest > 0 else { return "\(whole)\(unit.name)" }
    // The digits of the rest, with the zeros that its place value needs before and none after.
    var digits = String(String(unit.nanoseconds + rest).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)\(unit.name)"
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
