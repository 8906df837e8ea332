/// A line of a command: a reading.
struct ExecLine: Hashable {
  /// What the number is.
  let unit: ToldUnit
  /// The number.
  let number: PlainNumber

  /// Reads `W 123.4` or `123.4` (watts at this moment), or `J 5678.9` (joules counted up); nil for anything else.
  init?(_ line: String) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let last = words.last, words.count <= 2, let number = PlainNumber(last) else { return nil }
    switch words.count == 2 ? words[0] : "W" {
    case "W": unit = .watts
    case "J": unit = .joules
    default: return nil
    }
    guard unit.value(number.value) != nil else { return nil }
    self.number = number
  }
}
