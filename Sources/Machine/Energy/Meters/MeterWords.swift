/// Meters that are described by a word, as on the command line.
public enum MeterWords {
  /// The meter of `exec:COMMAND` (see ``ExecMeter``) or `csv:FILE` (see ``CSVMeter``).
  ///
  /// - Throws: ``MeterFault`` for anything else. Whether the meter can be read is another question.
  public static func meter(_ words: String) throws(MeterFault) -> any Meter {
    let parts = words.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count > 1 ? String(parts[1]) : ""
    let kind = String(parts[0])
    guard ["exec", "csv"].contains(kind) else {
      throw MeterFault(
        "\"\(ForeignText.shown(kind))\" is no kind of meter: `exec:COMMAND` reads what a command prints, `csv:FILE` a file "
          + "that grows.")
    }
    let isExec = kind == "exec"
    guard rest.contains(where: { !$0.isWhitespace }), !rest.utf8.contains(0) else {
      throw MeterFault("The meter \(kind) has no \(isExec ? "command: say `exec:COMMAND`" : "file: say `csv:FILE`").")
    }
    return isExec ? ExecMeter(command: rest) : CSVMeter(file: rest)
  }
}
