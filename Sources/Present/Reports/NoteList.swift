import Analysis

/// Letters for the kinds of disturbance that occur, and what each means and asks for.
struct NoteList {
  /// The letter and the sentence of each kind that occurs.
  let notes: [(mark: String, text: String)]
  private let marks: [Disturbance.Kind: String]

  init(_ cells: [CellSummary]) {
    var notes: [(mark: String, text: String)] = []
    var marks: [Disturbance.Kind: String] = [:]
    let occurring = Disturbance.Kind.allCases.map { kind in
      (kind, cells.flatMap(\.disturbances).filter { $0.kind == kind })
    }.filter { !$0.1.isEmpty }
    for ((kind, found), letter) in zip(occurring, "abcdefghijklmnopqrstuvwxyz") {
      marks[kind] = String(letter)
      let worst = found.compactMap(\.worst).max()
      let cell = cells.first { $0.disturbances.contains { $0.kind == kind && $0.worst == worst } }
      notes.append((String(letter), Self.sentence(kind, worst: worst, latency: cell?.latency)))
    }
    self.notes = notes
    self.marks = marks
  }

  /// One cell's letters.
  func marks(of cell: CellSummary) -> String {
    cell.disturbances.compactMap { marks[$0.kind] }.joined(separator: " ")
  }

  /// `latency` is that of the cell with the worst value.
  private static func sentence(
    _ kind: Disturbance.Kind, worst: Double?, latency: CellSummary.Latency?
  ) -> String {
    let value = worst ?? 0
    switch kind {
    case .steal:
      return
        "steal: the hypervisor took up to \(Figure.percent(value)) of the CPU time. Measure again when the host is "
        + "quiet, or on a machine of your own."
    case .preemption:
      return
        "preempted: threads were stopped for others up to \(Figure.fixed(value, 0)) times a second. Stop what else "
        + "runs (assay doctor names it) and measure again."
    case .throttling:
      return "throttled: the cgroup's quota stopped the worker in up to \(Figure.fixed(value, 0)) periods. Raise the "
        + "quota or use fewer threads."
    case .strayedThreads:
      return
        "moved: a thread was seen on another CPU than its own, or not seen at all, so this is no figure of the placement "
        + "and no ranking takes it. Find out who moves threads and measure again."
    case .misplacedMemory:
      return
        "elsewhere: \(Figure.percent(value)) of the memory lay on other NUMA nodes than was asked for, so no ranking takes "
        + "this row. Free memory on the node, or use fewer instances on it."
    case .otherPages:
      return value > 0
        ? "pages: memory lay in huge pages although small ones were asked for, so no ranking takes this row. Check "
          + "/sys/kernel/mm/transparent_hugepage/enabled."
        : "pages: no memory lay in huge pages although they were asked for, so no ranking takes this row. Check "
          + "/sys/kernel/mm/transparent_hugepage/enabled, and how much memory is free in one piece."
    case .unboundThreads:
      return
        "unbound: threads of a library ran outside of the placement for \(Figure.percent(value)) of the window, so no "
        + "ranking takes this row. Unset what makes libraries start threads (OMP_NUM_THREADS and its kind)."
    case .unsettledWarmUp:
      return "unsettled: latency was still changing when warm-up ended after \(Figure.plain(value)) s. Allow a "
        + "longer warm-up."
    case .allocations:
      return "allocates: the measured window made up to \(Figure.fixed(value, 0)) heap allocations. Please report this "
        + "with the cell's command line."
    case .excessMemory:
      return
        "memory: the worker held up to \(Figure.megabytes(UInt64(max(0, min(value, 1e18))))) MB more than its plan. "
        + "Please report this with the cell's command line."
    case .differingOutputs:
      return "outputs: rounds computed different results, so the figures may be of different work. Please report this "
        + "with the cell's command line."
    case .differingRounds:
      let medians = latency?.rounds.map(\.p50) ?? []
      let (least, most) = (medians.min() ?? 0, medians.max() ?? 0)
      return "rounds differ: p50 from \(Figure.milliseconds(least)) to \(Figure.milliseconds(most)) ms. Fast rounds "
        + "have more queries, so p90 and p99 look better than a slow round's. Measure again on a quiet machine or with "
        + "more rounds; the JSON summary has every round's percentiles."
    }
  }
}
