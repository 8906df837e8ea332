import Records
import Topology

/// Which figures one placement gets: a pure function of the machine and the options.
struct FigurePlan {
  /// Arithmetic.
  let peaks: [PeakLoop]
  /// Bandwidth: a loop and the level that its arrays sit in.
  let streams: [(level: WorkingSets.Level, loop: StreamLoop)]
  /// Latency, of one thread.
  let chases: [WorkingSets.Level]
  /// What is left out and why.
  let notes: [String]
  /// The first thread's memory, which holds the chases too, and every other thread's: whole huge pages where the budget has
  /// room for them.
  private let firstBytes: Int
  private let otherBytes: Int
  private let threads: Int

  private static let page = 4096
  private static let hugePage = 2 << 20

  init(topology: Topology, placement: Placement, options: CeilingMeter.Options, withLatency: Bool) {
    threads = placement.threads
    // The first of several threads may need more than the others, so arrays and chases have a half each.
    let budget = withLatency && threads > 1 ? options.memoryBudget / 2 : options.memoryBudget
    let sets = WorkingSets(topology: topology, pus: placement.pus, budget: budget)
    let loops = StreamLoop.widest(options.features)
    peaks = PeakLoop.available(options.features).filter { options.precisions.contains($0.precision) }
    // Stores around the caches make sense where caches do not help.
    streams = sets.levels.flatMap { level in
      loops.filter { !$0.isNonTemporal || level.name == "memory" }.map { (level, $0) }
    }
    let alone = WorkingSets(topology: topology, pus: Array(placement.pus.prefix(1)), budget: budget)
    chases = withLatency ? alone.levels : []
    notes = sets.notes + (withLatency ? alone.notes : [])

    let arrays = streams.map(\.level.bytesPerThread).max() ?? 0
    let first = max(arrays, chases.map(\.bytesPerThread).max() ?? 0)
    func rounded(_ bytes: Int, _ unit: Int) -> Int { (bytes + unit - 1) / unit * unit }
    let huge = rounded(first, Self.hugePage) + (threads - 1) * rounded(arrays, Self.hugePage)
    let unit = huge <= options.memoryBudget ? Self.hugePage : Self.page
    (firstBytes, otherBytes) = (rounded(first, unit), rounded(arrays, unit))
  }

  /// Figures, the clock among them.
  var count: Int { 1 + peaks.count + streams.count + chases.count }

  /// Bytes of all threads' memory.
  var byteCount: Int { firstBytes + (threads - 1) * otherBytes }

  /// The part of it that a thread uses.
  func memory(of thread: Int) -> Range<Int> {
    guard thread > 0 else { return 0..<firstBytes }
    let start = firstBytes + (thread - 1) * otherBytes
    return start..<(start + otherBytes)
  }
}
