import Energy
import Records
import Statistics
import Topology

/// One configuration of a sweep and what is known of it.
public struct SweepRow: Codable, Hashable, Sendable {
  /// Everything that any run says of a cell, with the command that measures it alone.
  public let summary: CellSummary
  /// What was seen elsewhere than asked for; a row with a mark takes no part in rankings.
  public let marks: [PlacementMark]
  /// Whether some core carries two of the threads.
  public let usesSiblings: Bool
  /// Samples per joule of each process, where every one of them was metered by the same meter; else empty.
  public let samplesPerJoule: [Double]
  /// p99 of latency in nanoseconds, one value for each process: the mean over its rounds. Empty where latency is none.
  public let tails: [Double]
  /// The last rung (from 0) that measured it; nil where the sweep has no rungs or none measured it.
  public let rung: Int?
  /// Whether it was still in when the sweep ended: measured in the last rung, or in a sweep without rungs.
  public let isFinalist: Bool

  init(_ result: Record.CellResult, rungs: [Set<String>], topology: Topology) {
    summary = CellSummary(of: result)
    marks = PlacementMark.all(in: result)
    usesSiblings = topology.hasSiblings(among: result.cell.placement.pus)
    let throughputs = summary.throughput?.processes ?? []
    let metered = summary.throughput == nil ? [] : Self.samplesPerJoule(result.rounds)
    samplesPerJoule = metered.count == throughputs.count ? metered : []
    let hasLatency = summary.latency != nil
    tails =
      hasLatency
      ? result.rounds.meansOfProcesses { CellSummary.RoundPercentiles(of: $0).map { Double($0.p99) } } : []
    rung = rungs.lastIndex { $0.contains(result.id) }
    isFinalist = rung == rungs.indices.last
  }

  /// Of measured energy alone: a model's joules are no reason to prefer one configuration to another. By one meter that
  /// counted the same domains in all rounds.
  private static func samplesPerJoule(_ rounds: [Round]) -> [Double] {
    guard case .measured(let all) = EnergyPerSample(of: rounds), all.rounds == all.totalRounds else { return [] }
    return rounds.meansOfProcesses { round in
      guard case .measured(let energy) = EnergyPerSample(of: [round]) else { return nil }
      return 1 / energy.joules
    }
  }

  /// The cell's stable id.
  public var id: String { summary.id }

  /// The point.
  public var cell: Cell { summary.cell }

  /// Whether it may be ranked: it has a throughput and was where it was asked to be.
  public var isRankable: Bool { marks.isEmpty && !summary.isMisplaced && (summary.throughput?.mean ?? 0) > 0 }
}
