extension Series {
  /// Waits longer than this are interrupted when the test is stopped.
  private static let longWait: Int64 = 20_000_000

  /// Server: queries when they are due, whatever became of those before.
  ///
  /// As in LoadGen, one more query is due while the one before was due within the least duration, or there are too few.
  func server(_ stream: inout QueryStream) -> TestResult.End {
    var schedule = ArrivalSchedule(settings: settings)
    let isAccuracy = settings.mode == .accuracy
    let longest = settings.maxDuration ?? .max
    let most = settings.maxQueryCount ?? .max
    var issuedOfSet = 0
    var previous: Int64 = 0
    /// Since when something has been outstanding: idle time before is nobody's silence.
    var busySince = start
    while let arrival = schedule.next() {
      let isNeeded = isAccuracy || previous < settings.minDuration || issuedOfSet < settings.minQueryCount
      guard isNeeded || settings.arrivals.isTrace else {
        nextScheduled = arrival
        return .rule
      }
      if arrival > longest { return .maxDuration }
      if queryCount >= most { return .maxQueryCount }
      let count = draw(&stream, limit: settings.samplesPerQuery)
      guard count > 0 else { return .rule }
      let due = start + arrival
      if due - clock.now() > Self.longWait {
        clock.wait(until: due - Self.longWait / 2) { self.test.stopped == nil }
      }
      clock.wait(until: due)
      if let stopped = test.stopped { return stopped }
      if collector.outstanding > collector.room - count - 1 { return .overloaded }
      let now = clock.now()
      // A generator that falls behind its schedule is bounded too.
      if now - start > longest { return .maxDuration }
      if collector.outstanding == 0 { busySince = now } else if now >= deadline(since: busySince) { return .silent }
      issue(count, due: due, now: now)
      test.lateness.add(now - due)
      (lastScheduled, lastIssued) = (arrival, now - start)
      queryCount += 1
      issuedOfSet += 1
      previous = arrival
    }
    return .traceEnded
  }
}
