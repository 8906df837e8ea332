extension Roofline {
  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    guard placements.allSatisfy({ RunFigure.threads.contains($0.threads) }) else {
      return "a placement's thread count cannot be"
    }
    let threads = Set(placements.map(\.threads))
    guard (clocks.map(\.threads) + peaks.map(\.threads) + bandwidths.map(\.threads)).allSatisfy(threads.contains) else {
      return "a ceiling belongs to a thread count that was not measured"
    }
    let figures = clocks.map(\.hertz) + peaks.map(\.rate) + bandwidths.map(\.rate) + latencies.map(\.seconds)
    guard figures.allSatisfy(\.isSound) else { return "a ceiling is not a positive finite number" }
    guard bandwidths.allSatisfy({ $0.bytesPerThread > 0 }), latencies.allSatisfy({ $0.bytes > 0 }) else {
      return "a working set is empty"
    }
    return nil
  }
}
