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

  init(topology: Topology, placement: Placement, options: CeilingMeter.Options, withLatency: Bool) {
    let sets = WorkingSets(topology: topology, pus: placement.pus, budget: options.memoryBudget)
    let loops = StreamLoop.widest(options.features)
    peaks = PeakLoop.available(options.features).filter { options.precisions.contains($0.precision) }
    // Stores around the caches make sense where caches do not help.
    streams = sets.levels.flatMap { level in
      loops.filter { !$0.isNonTemporal || level.name == "memory" }.map { (level, $0) }
    }
    let alone = WorkingSets(topology: topology, pus: Array(placement.pus.prefix(1)), budget: options.memoryBudget)
    chases = withLatency ? alone.levels : []
    notes = sets.notes + (withLatency ? alone.notes : [])
  }

  /// Figures, the clock among them.
  var count: Int { 1 + peaks.count + streams.count + chases.count }

  /// Bytes that each thread needs.
  var bytesPerThread: Int {
    max(streams.map(\.level.bytesPerThread).max() ?? 0, chases.map(\.bytesPerThread).max() ?? 0)
  }
}
