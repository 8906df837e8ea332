/// Meters that are described by a word, as on the command line.
public enum MeterWords {
  /// The longest name of a meter, bytes.
  static let longestName = 40

  /// The meters of `[NAME=]exec:COMMAND` (see ``ExecMeter``) and `[NAME=]csv:FILE` (see ``CSVMeter``), each by a name of its own:
  /// those without one are `exec`, `exec-2` and so on.
  ///
  /// - Throws: ``MeterFault`` for anything else. Whether a meter can be read is another question.
  public static func meters(_ words: [String]) throws(MeterFault) -> [any Meter] {
    var described: [(name: String?, kind: Kind, rest: String)] = []
    for text in words { described.append(try parts(text)) }
    var taken: Set<String> = []
    for case let name? in described.map(\.name) {
      guard taken.insert(name).inserted else { throw MeterFault("Two meters have the name \(name): give them two.") }
    }
    return described.map { meter in
      let name = meter.name ?? free(meter.kind.rawValue, taken)
      taken.insert(name)
      return meter.kind == .exec ? ExecMeter(command: meter.rest, name: name) : CSVMeter(file: meter.rest, name: name)
    }
  }

  /// The one meter of a word.
  public static func meter(_ words: String) throws(MeterFault) -> any Meter { try meters([words])[0] }

  private enum Kind: String {
    case exec, csv
  }

  private static func free(_ name: String, _ taken: Set<String>) -> String {
    var (free, number) = (name, 2)
    while taken.contains(free) { (free, number) = ("\(name)-\(number)", number + 1) }
    return free
  }

  private static func parts(_ text: String) throws(MeterFault) -> (name: String?, kind: Kind, rest: String) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = halves[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = halves.count > 1 ? String(halves[1]) : ""
    let word = String(head.last ?? "")
    guard let kind = Kind(rawValue: word) else {
      throw MeterFault(
        "\"\(ForeignText.shown(word))\" is no kind of meter: `exec:COMMAND` reads what a command prints, `csv:FILE` a file "
          + "that grows, and NAME= before either names it.")
    }
    guard rest.contains(where: { !$0.isWhitespace }), !rest.utf8.contains(0) else {
      throw MeterFault(
        "The meter \(word) has no \(kind == .exec ? "command: say `exec:COMMAND`" : "file: say `csv:FILE`").")
    }
    guard head.count > 1 else { return (nil, kind, rest) }
    return (try checked(String(head[0])), kind, rest)
  }

  private static func checked(_ name: String) throws(MeterFault) -> String {
    let signs = Array("-_.".utf8)
    let isPlain = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || signs.contains(byte)
    }
    guard isPlain, (1...longestName).contains(name.utf8.count) else {
      throw MeterFault(
        "\"\(ForeignText.shown(name))\" is no name for a meter: take up to \(longestName) letters, digits, dashes, dots and "
          + "underscores.")
    }
    guard !EnergyMeters.isBuiltIn(name) else {
      throw MeterFault("\(name) is the name of another meter, with which yours would be confused: take another one.")
    }
    return name
  }
}
