extension Roofline {
  /// What can be, with room for machines to come; quotients and products of such figures stay finite.
  private enum Possible {
    /// Operations or bytes per second.
    static let rates = 1.0...1e24
    /// Cycles per second.
    static let clocks = 1e3...1e15
    /// Seconds per load, and for each figure.
    static let latencies = 1e-15...1e3
    static let secondsPerFigure = 1e-9...1e9
    /// Bytes of a working set.
    static let sets = 1...(1 << 50)
    /// Passes over all figures.
    static let rounds = 1...1_000_000
    /// Figures of one kind, and notes: tables and pictures go through them again and again.
    static let count = 4096
    /// Levels of memory, and instruction sets.
    static let kinds = 16
    /// Characters of a level's or an instruction set's name.
    static let name = 1...64
  }

  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    guard placements.allSatisfy({ RunFigure.threads.contains($0.threads) }) else {
      return "a placement's thread count cannot be"
    }
    let most = [placements.count, clocks.count, peaks.count, bandwidths.count, latencies.count, notes.count].max() ?? 0
    guard most <= Possible.count else { return "\(most) figures of one kind are more than \(Possible.count)" }
    let threads = Set(placements.map(\.threads))
    guard (clocks.map(\.threads) + peaks.map(\.threads) + bandwidths.map(\.threads)).allSatisfy(threads.contains) else {
      return "a ceiling belongs to a thread count that was not measured"
    }
    guard clocks.allSatisfy({ $0.hertz.isSound(within: Possible.clocks) }) else { return "a clock cannot be" }
    guard (peaks.map(\.rate) + bandwidths.map(\.rate)).allSatisfy({ $0.isSound(within: Possible.rates) }) else {
      return "a ceiling is not a number from 1 to 1e24"
    }
    guard latencies.allSatisfy({ $0.seconds.isSound(within: Possible.latencies) }) else { return "a latency cannot be" }
    guard (bandwidths.map(\.bytesPerThread) + latencies.map(\.bytes)).allSatisfy(Possible.sets.contains) else {
      return "a working set is empty or larger than any memory"
    }
    let names = peaks.flatMap { [$0.isa, $0.instructions] } + bandwidths.flatMap { [$0.level, $0.isa] }
    guard (names + latencies.map(\.level)).allSatisfy({ Possible.name.contains($0.count) }) else {
      return "a name is empty or longer than \(Possible.name.upperBound) characters"
    }
    guard Set(bandwidths.map(\.level)).count <= Possible.kinds, Set(peaks.map(\.isa)).count <= Possible.kinds else {
      return "more than \(Possible.kinds) levels of memory or instruction sets cannot be"
    }
    let arithmetic = peaks.map { "\($0.threads) \($0.precision) \($0.isa) \($0.instructions)" }
    let movement = bandwidths.map { "\($0.threads) \($0.pattern) \($0.isNonTemporal) \($0.level)" }
    guard [arithmetic, movement].allSatisfy({ Set($0).count == $0.count }) else { return "a ceiling is there twice" }
    guard Possible.secondsPerFigure.contains(method.secondsPerFigure), Possible.rounds.contains(method.rounds) else {
      return "the time that was measured cannot be"
    }
    return nil
  }
}
