extension Series {
  /// SingleStream and MultiStream: the next query when the previous one was answered.
  ///
  /// Ends as LoadGen does: with the query that makes the number of queries and, at its issue, the time at least what was
  /// asked for.
  func closedLoop(_ stream: inout QueryStream) -> TestResult.End {
    let isAccuracy = settings.mode == .accuracy
    let longest = settings.maxDuration ?? .max
    let most = settings.maxQueryCount ?? .max
    var issued = start
    while true {
      if let stopped = test.stopped { return stopped }
      if max(issued, collector.lastAnswer ?? issued) - start >= longest { return .maxDuration }
      if queryCount >= most { return .maxQueryCount }
      let count = draw(&stream, limit: settings.samplesPerQuery)
      guard count > 0 else { return .rule }
      // Drawing takes time, which is not the system's.
      issued = clock.now()
      issue(count, due: issued, now: issued)
      (lastScheduled, lastIssued) = (issued - start, issued - start)
      queryCount += 1
      if collector.outstanding > 0, !wait(untilOutstanding: 0, since: issued) { return test.stopped ?? .silent }
      if let store = test.queryLatencies, let answer = collector.lastAnswer, answer >= issued {
        store.add(answer - issued, number: UInt64(queryCount - 1))
      }
      if !isAccuracy, queryCount >= settings.minQueryCount, issued - start >= settings.minDuration { return .rule }
    }
  }
}
