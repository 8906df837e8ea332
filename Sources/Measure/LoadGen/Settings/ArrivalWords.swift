/// A shape of arrivals as users write it: `poisson`, `constant`, `burst:N`, `ramp:FROM:TO:DURATION` or `replay:FILE`.
///
/// Nothing here reads files: whoever reads the trace hands its text to ``ArrivalShape/init(trace:)``.
public enum ArrivalWords: Hashable, Sendable {
  /// A shape that is complete.
  case shape(ArrivalShape)
  /// A trace to replay, by the path of its file.
  case trace(path: String)

  /// What the words may be, for help and messages.
  public static let forms = "poisson, constant, burst:N, ramp:FROM:TO:DURATION or replay:FILE"

  /// Reads the words.
  public init(_ text: String) throws(LoadSettingsError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let values = parts.count > 1 ? parts[1] : nil
    switch (parts[0], values) {
    case ("poisson", nil): self = .shape(.poisson)
    case ("constant", nil): self = .shape(.constant)
    case ("burst", let size?):
      guard let size = Int(size), size > 0 else {
        throw LoadSettingsError(
          reason: "a burst needs a whole number of queries, as in burst:10, and not `\(Self.cut(text))`")
      }
      self = .shape(.burst(size: size))
    case ("ramp", let values?):
      let numbers = values.split(separator: ":", omittingEmptySubsequences: false)
      guard numbers.count == 3, let from = Double(numbers[0]), let to = Double(numbers[1]),
        let over = TimeSpan.nanoseconds(numbers[2])
      else {
        throw LoadSettingsError(
          reason:
            "a ramp needs two factors of the target rate and a time, as in ramp:0.1:2:60s, and not `\(Self.cut(text))`")
      }
      self = .shape(.ramp(from: from, to: to, over: over))
    case ("replay", let path?) where !path.isEmpty: self = .trace(path: path)
    default:
      throw LoadSettingsError(reason: "the shape of arrivals must be \(Self.forms) and is `\(Self.cut(text))`")
    }
  }

  private static func cut(_ text: String) -> String { String(text.prefix(40)) }
}
