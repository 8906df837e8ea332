extension ArrivalShape {
  /// Reads a recorded trace: one time in seconds from the start a line, ascending; empty lines and lines that begin with `#`
  /// say nothing.
  ///
  /// Times are rounded to nanoseconds.
  ///
  /// - Parameter trace: The text of the file.
  public init(trace: String) throws(LoadSettingsError) {
    var instants: [Int64] = []
    var number = 0
    // Scalars, because a line feed and a carriage return are one character.
    for line in trace.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let word = String(line).filter { !$0.isWhitespace }
      if word.isEmpty || word.hasPrefix("#") { continue }
      guard word.utf8.count <= 40, let seconds = Double(word), seconds.isFinite, seconds >= 0,
        seconds <= Double(TestSettings.Limits.duration) / 1e9
      else {
        throw LoadSettingsError(
          reason: "line \(number) of the trace must be a time of 0 seconds to a year and is `\(word.prefix(40))`")
      }
      let instant = Int64((seconds * 1e9).rounded())
      if let last = instants.last, instant < last {
        throw LoadSettingsError(reason: "the times of a trace must ascend and line \(number) goes back to \(word) s")
      }
      guard instants.count < TestSettings.Limits.instants else {
        throw LoadSettingsError(
          reason: "a trace has at most \(TestSettings.Limits.instants) times and this one has more")
      }
      instants.append(instant)
    }
    guard !instants.isEmpty else { throw LoadSettingsError(reason: "the trace has no time in it") }
    self = .replay(instants)
  }
}
