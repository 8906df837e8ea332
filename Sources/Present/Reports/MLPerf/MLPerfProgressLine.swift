import LoadGen

/// How far a test is, as one line.
public struct MLPerfProgressLine: Hashable, Sendable {
  /// The line, without control characters.
  public let text: String

  /// Makes a line.
  ///
  /// - Parameter title: what the test is called.
  public init(_ progress: LoadTest.Progress, settings: TestSettings, title: String) {
    let seconds = Double(progress.elapsed ?? 0) / 1e9
    let least = Double(settings.minDuration) / 1e9
    // What is still missing leads; when the time is over that may be queries.
    let queries = progress.issued / (settings.scenario == .multiStream ? max(settings.samplesPerQuery, 1) : 1)
    let isCounted =
      seconds >= least && settings.scenario != .offline && settings.mode == .performance
      && queries < settings.minQueryCount
    let time =
      isCounted
      ? "\(Figure.clock(seconds)), \(Figure.exact(queries)) of at least \(Figure.exact(settings.minQueryCount)) queries"
      : "\(Figure.clock(seconds)) of at least \(Figure.clock(least))"
    let rate = seconds > 0 ? Double(progress.completed) / seconds : 0
    let waiting = progress.issued - progress.completed
    text =
      [
        title, time, "\(Figure.exact(progress.completed)) samples", "\(Figure.significant(rate))/s",
        waiting > 1 ? "\(Figure.exact(waiting)) waiting" : nil,
      ].compactMap { $0 }.joined(separator: ", ").printable
  }
}
