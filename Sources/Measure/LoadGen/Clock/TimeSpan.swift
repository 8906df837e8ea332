/// Lengths of time as users write them: a number and a unit, such as `2ms`, `100us` or `1.5s`.
public enum TimeSpan {
  /// The longest: a day. What is longer is a mistake, and sums of it must not overflow.
  public static let longest: Int64 = 86_400_000_000_000

  /// The units in nanoseconds, the largest first.
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// What a length of time looks like, for messages.
  public static let form = "a number with ns, us, ms or s, such as 2ms, up to 86400s"

  /// The nanoseconds of a length, rounded; nil where the text is none or lies outside 0 to ``longest``.
  public static func nanoseconds(_ text: some StringProtocol) -> Int64? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count)
    guard number.first != ".", number.last != ".", number.utf8.count <= 32, let value = Double(number),
      let factor = units.first(where: { $0.name == unit || ($0.name == "us" && unit == "\u{b5}s") })?.nanoseconds
    else { return nil }
    let nanoseconds = (value * Double(factor)).rounded()
    guard nanoseconds <= Double(longest) else { return nil }
    return Int64(nanoseconds)
  }

  /// The length in the largest unit of which it is at least 1, as ``nanoseconds(_:)`` reads it.
  public static func text(_ nanoseconds: Int64) -> String {
    guard nanoseconds > 0 else { return "0s" }
    let unit = units.first { nanoseconds >= $0.nanoseconds } ?? ("ns", 1)
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit.nanoseconds)
    guard rest > 0 else { return "\(whole)\(unit.name)" }
    // The digits of the rest, with the zeros that its place value needs before and none after.
    var digits = String(String(unit.nanoseconds + rest).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)\(unit.name)"
  }
}
