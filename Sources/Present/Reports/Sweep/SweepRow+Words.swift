import Analysis
import Energy
import NumericFormats
import Records

extension SweepRow {
  /// The configuration in words, for example `2 instances × 4 threads, scatter, batch 8, int8`.
  var words: String {
    let placement = cell.placement
    let parts = [
      "\(Figure.counted(placement.instances.count, "instance")) × \(Figure.counted(placement.threads, "thread"))",
      placement.words, placement.memory.flatMap(Self.words), "batch \(cell.batch)", cell.precision.rawValue,
    ]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// What was asked for of memory.
  static func words(of memory: MemoryPlacement) -> String? {
    let parts = [
      memory.policy.map { "memory \($0.rawValue)" }, memory.hugePages.map { $0 ? "huge pages" : "small pages" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Samples per second with the half-width of the interval in percent; `-` where nothing was measured.
  var throughputText: String {
    guard let throughput = summary.throughput else { return "-" }
    return Figure.withSpread(throughput)
  }

  /// Samples per joule; those of a model begin with `~`, and `-` says that there are none.
  var efficiencyText: String {
    switch summary.energy {
    case .measured(let energy) where energy.joules > 0: Figure.significant(1 / energy.joules)
    case .modelled(let energy) where energy.joules > 0: "~\(Figure.significant(1 / energy.joules))"
    default: "-"
    }
  }

  /// A percentile of latency in milliseconds; `?` behind it says that too few queries bound it.
  static func text(_ estimate: CellSummary.PercentileEstimate?) -> String {
    guard let estimate else { return "-" }
    return Figure.milliseconds(estimate.nanoseconds) + (estimate.isTrustworthy ? "" : "?")
  }
}

extension Figure {
  /// For example `412.3 ± 1.2%`: half of the 95 % interval over processes; nothing behind the mean where there is none.
  static func withSpread(_ throughput: CellSummary.Throughput) -> String {
    let mean = significant(throughput.mean)
    return throughput.relativeHalfWidth.map { "\(mean) ±\(fixed($0 * 100, 1).padded(to: 4, .right))%" } ?? mean
  }

  /// A change as a percentage with its sign, for example `+8.2 %`.
  static func change(_ relative: Double, decimals: Int = 1) -> String {
    let text = percent(relative, decimals: decimals)
    return text.hasPrefix("-") ? text : "+\(text)"
  }
}

extension RankingGoal {
  /// The goal in words.
  var words: String {
    switch self {
    case .throughput: "the most throughput"
    case .efficiency: "the most samples per joule"
    case .latency(let nanoseconds): "the most throughput with a p99 of at most \(Self.milliseconds(nanoseconds))"
    case .leastLatency: "the least p99 of latency"
    }
  }

  static func milliseconds(_ nanoseconds: Int) -> String { "\(Figure.plain(Double(nanoseconds) / 1e6)) ms" }
}

extension PlacementMark {
  /// What was seen, as a sentence without its full stop.
  var words: String {
    let who = instance == 0 ? "" : " of instance \(instance)"
    switch kind {
    case .thread:
      let name = "thread \(thread ?? 0)\(who)"
      guard !seen.isEmpty else { return "\(name) was not seen at all in round \(round)" }
      let from = query.map { ", the first time after query \($0)" } ?? ""
      return
        "\(name) was seen on CPU \(Figure.ranges(seen)) instead of \(Figure.ranges(wanted)) in round \(round)\(from)"
    case .memory:
      return
        "\(Figure.percent(share ?? 0)) of the memory\(instance == 0 ? "" : who) lay on NUMA node "
        + "\(Figure.ranges(seen)) instead of \(Figure.ranges(wanted)) in round \(round)"
    case .noHugePages: return "there were no huge pages\(who) in round \(round), where they were asked for"
    case .hugePages: return "there were huge pages\(who) in round \(round), where none were wanted"
    case .libraryThreads:
      return
        "threads of libraries\(who) that may run on CPU \(Figure.ranges(seen)), outside of "
        + "\(Figure.ranges(wanted)), took CPU time of \(Figure.percent(share ?? 0)) of the window of round \(round)"
    }
  }
}
