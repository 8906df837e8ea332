import Records

extension Roofline {
  /// What about the figures looks wrong, each a sentence that says what to do.
  public var doubts: [String] {
    var found: [String] = []
    if let memory = latencies.last(where: { $0.level == "memory" })?.seconds.best {
      // A cache answers several times faster than memory, or it did not hold the chain.
      for level in latencies where level.level != "memory" && level.seconds.best > memory * 0.6 {
        found.append(
          "\(level.level) answers nearly as slowly as memory: others use that cache, or this process gets only a part of "
            + "it. Measure again on a quiet machine.")
      }
    }
    for threads in Set(placements.map(\.threads)).sorted() {
      // Of the loops that are ceilings: others, such as SSE's, are uneven on some CPUs that nothing disturbs.
      let own = Dictionary(grouping: peaks.filter { $0.threads == threads }, by: \.precision).values
        .compactMap { $0.max { $0.rate.best < $1.rate.best } }
      if let worst = own.map(\.rate.spread).max(), worst > 0.1 {
        found.append(
          "At \(threads) \(threads == 1 ? "thread" : "threads") the usual repetition reached only "
            + "\(Int(((1 - worst) * 100).rounded())) % of the best one's arithmetic: something else ran on these cores. "
            + "The best one counts.")
      }
    }
    return found
  }
}
