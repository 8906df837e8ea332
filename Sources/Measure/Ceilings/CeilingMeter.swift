import CKernels
import CLinux
import Engines
import NumericFormats
import Records
import Statistics
import Tensors
import Topology

/// Measures the ceilings of this machine with loops of its own.
///
/// Use it on the main thread: a team of pinned threads works from there. All figures are visited round by round, so that
/// what disturbs the machine for a while does not fall on one of them alone.
public struct CeilingMeter {
  /// What is measured.
  public struct Options: Hashable, Sendable {
    /// Where threads run: one placement for each thread count.
    public var placements: [Placement]
    /// Precisions whose arithmetic is measured.
    public var precisions: Set<Precision>
    /// The instruction sets that may be used; the CPU has all of them.
    public var features: CPUFeatures
    /// Seconds for each figure.
    public var seconds: Double
    /// Visits that share those seconds.
    public var rounds: Int
    /// Bytes that all threads together may hold.
    public var memoryBudget: Int

    /// Makes options.
    public init(
      placements: [Placement], precisions: Set<Precision> = Set(Precision.measurable),
      features: CPUFeatures = .detect(), seconds: Double, rounds: Int = 3, memoryBudget: Int
    ) {
      self.placements = placements
      self.precisions = precisions
      self.features = features
      self.seconds = seconds
      self.rounds = rounds
      self.memoryBudget = memoryBudget
    }
  }

  private let topology: Topology
  private let options: Options
  private let progress: (_ done: Int, _ total: Int, _ name: String) -> Void

  /// Makes a meter; `progress` is called before every visit.
  public init(
    topology: Topology, options: Options,
    progress: @escaping (_ done: Int, _ total: Int, _ name: String) -> Void = { _, _, _ in }
  ) {
    self.topology = topology
    self.options = options
    self.progress = progress
  }

  /// Measures everything: about ``Options/seconds`` times ``figureCount``.
  ///
  /// - Throws: ``ThreadTeamError``, ``AllocationError``, ``CeilingError``.
  public func measure() throws -> Roofline {
    var (clocks, peaks, bandwidths, latencies) =
      ([Roofline.Clock](), [Roofline.Peak](), [Roofline.Bandwidth](), [Roofline.Latency]())
    var (notes, hugePages) = ([String](), true)
    let total = figureCount * options.rounds
    var done = 0
    for (index, placement) in options.placements.enumerated() {
      let part = try PlacementCeilings(
        topology: topology, placement: placement, options: options, withLatency: index == 0)
      try part.measure { name in
        progress(done, total, name)
        done += 1
      }
      // What it found is kept, its memory is not: the next placement may use as much.
      clocks += part.clock.map { [$0] } ?? []
      peaks += part.peaks
      bandwidths += part.bandwidths
      latencies += part.latencies
      notes += part.notes
      hugePages = hugePages && part.hugePages
    }
    if !hugePages {
      notes.append("The system gave no huge pages: memory figures include more misses of the address translation.")
    }
    return Roofline(
      method: Roofline.Method(secondsPerFigure: options.seconds, rounds: options.rounds, hugePages: hugePages),
      placements: options.placements, clocks: clocks, peaks: peaks, bandwidths: bandwidths, latencies: latencies,
      notes: notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }

  /// The number of figures that ``measure()`` gives.
  public var figureCount: Int {
    options.placements.enumerated().reduce(0) { sum, item in
      sum
        + PlacementCeilings.figureCount(
          topology: topology, placement: item.element, options: options, withLatency: item.offset == 0)
    }
  }
}
