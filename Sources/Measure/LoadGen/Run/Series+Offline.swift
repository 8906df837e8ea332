extension Series {
  /// A part is as much as the system answered in this time: handing over then costs next to nothing.
  private static let partTime = 0.05

  /// Offline: one query of all samples, all due at the start.
  ///
  /// MLPerf guesses beforehand how many samples there have to be; a system that is faster than the guess invalidates its
  /// run. Here the query is handed over in parts, always before the system could run out of work, until least duration and
  /// least number are reached; the samples are the same, in the same order, and all count from the start.
  func offline(_ stream: inout QueryStream) -> TestResult.End {
    let isAccuracy = settings.mode == .accuracy
    // In accuracy mode the stream ends by itself.
    let least = isAccuracy ? Int.max : settings.samplesPerQuery
    let most = settings.maxQueryCount ?? .max
    let limit = settings.maxDuration.map { start &+ $0 } ?? .max
    let first = Int(nextID)
    queryCount += 1
    while true {
      if let stopped = test.stopped { return stopped }
      let now = clock.now()
      let issued = Int(nextID) - first
      // The last answer has to come after the least duration: one that is still awaited will.
      let last = collector.outstanding > 0 ? now : collector.lastAnswer ?? start
      if issued >= least, last - start >= settings.minDuration { return .rule }
      if now >= limit { return .maxDuration }
      var part = part(after: now - start)
      // What is known to be needed is handed over exactly; only what is added later depends on time.
      if issued < least { part = min(part, least - issued) }
      if issued >= most { return .maxQueryCount }
      let count = draw(&stream, limit: min(part, most - issued))
      guard count > 0 else { return .rule }
      issue(count, due: start, now: now)
      lastIssued = now - start
      let lowWater = max(test.system.appetite, count / 2)
      guard wait(untilOutstanding: lowWater, since: now, before: limit) else {
        if let stopped = test.stopped { return stopped }
        return clock.now() >= limit ? .maxDuration : .silent
      }
    }
  }

  /// How many samples to hand over next.
  private func part(after elapsed: Int64) -> Int {
    let rate = elapsed > 0 ? Double(collector.completed) / (Double(elapsed) / 1e9) : 0
    let wanted = max(Double(test.system.appetite), rate * Self.partTime)
    return Int(min(wanted, Double(longestPart - 1)))
  }
}
