import Analysis
import NumericFormats
import Records

extension RunPage {
  /// The columns that say which cell a row is of, as far as tables need them, and their texts.
  struct Place {
    private let showsInstances: Bool
    private let showsPlacement: Bool

    init(_ cells: [CellSummary]) {
      showsInstances = cells.contains { $0.cell.placement.instances.count > 1 }
      showsPlacement = cells.contains { !$0.cell.placement.variations.isEmpty || $0.cell.blasThreads != nil }
    }

    var columns: [PageTable.Column] {
      [.words("workload"), .words("precision"), .words("engine")] + (showsInstances ? [.number("instances")] : [])
        + [.number("threads")] + (showsPlacement ? [.words("placement")] : []) + [.number("batch"), .words("scenario")]
    }

    func cells(_ summary: CellSummary) -> [PageTable.Cell] {
      let (cell, placement) = (summary.cell, summary.cell.placement)
      let asked = placement.variations + (cell.blasThreads.map { ["\($0) threads of BLAS"] } ?? [])
      let (instances, threads) = (placement.instances.count, placement.threads)
      return [.init(cell.workload), .init(CellWords.numerics(cell)), .init(cell.engine)]
        + (showsInstances ? [.init("\(instances)", Double(instances))] : []) + [.init("\(threads)", Double(threads))]
        + (showsPlacement ? [.init(asked.isEmpty ? "-" : asked.joined(separator: ", "))] : [])
        + [.init("\(cell.batch)", Double(cell.batch)), .init(cell.measurement.name)]
    }
  }

  /// Speed of every cell that has some.
  func writePerformance(to section: inout PageSection) {
    let cells = summary.cells.filter { $0.throughput != nil }
    guard !cells.isEmpty else {
      return section.lack(
        "Performance",
        "Nothing was timed: no cell has finished a round, or all are emulated, and the time of imitation is not speed.")
    }
    let notes = disturbances
    let (place, energy) = (Place(cells), EnergyNotes(cells))
    let speedUps = self.speedUps
    let hasSpeedUps = cells.contains { speedUps[$0.id] != nil }
    var table = PageTable(
      "Speed of \(Figure.counted(cells.count, "cell"))",
      place.columns + [
        .number("samples/s"), .number("p50", unit: "ms"), .number("p90", unit: "ms"), .number("p99", unit: "ms"),
        .number("n"), .number("J/sample"),
      ] + (hasSpeedUps ? [.number("speed-up")] : []) + [.words("notes")])
    for cell in cells {
      func latency(_ estimate: CellSummary.PercentileEstimate?) -> PageTable.Cell {
        .init(RunReport.latency(estimate), estimate.map { Double($0.nanoseconds) })
      }
      let speedUp = speedUps[cell.id]
      table.add(
        place.cells(cell) + [
          .init(RunReport.throughput(cell), cell.throughput?.mean), latency(cell.latency?.p50),
          latency(cell.latency?.p90), latency(cell.latency?.p99),
          .init(cell.latency.map { "\($0.p99.count)" } ?? "-", cell.latency.map { Double($0.p99.count) }),
          .init(energy.text(of: cell), cell.energy?.knownJoules),
        ] + (hasSpeedUps ? [.init(speedUp.map { "\(Figure.fixed($0, 1))×" } ?? "-", speedUp)] : [])
          + [marks(of: cell, notes, in: section)])
    }
    section.begin("performance", "Performance")
    section.add(section.table(table))
    section.add(HTML.terms(report.footnotes(cells, notes: NoteList([]), energy: energy), class: "notes"))
    section.end()
  }

  /// As `RunSummary.speedUp(of:)`, of all cells at once.
  private var speedUps: [String: Double] {
    let points = summary.scaling.flatMap(\.points).filter { !$0.isMarked }
    return Dictionary(points.map { ($0.id, $0.speedUp) }) { first, _ in first }
  }

  /// The largest peak of memory of each kind of cell, and what was planned.
  func writeMemory(to section: inout PageSection) {
    guard !summary.memory.isEmpty else {
      return section.lack("Memory", "No cell has finished a round.")
    }
    var table = PageTable(
      "Memory of a worker: the cell with the largest peak of each kind",
      [
        .words("cell"), .number("peak", unit: "MB"), .number("plan", unit: "MB"), .number("limit", unit: "MB"),
        .words("within its limit"),
      ])
    for entry in summary.memory {
      let memory = entry.memory
      func megabytes(_ bytes: UInt64) -> PageTable.Cell { .init(Figure.megabytes(bytes), Double(bytes)) }
      table.add([
        .init(entry.id), megabytes(memory.peak), megabytes(memory.planned), megabytes(memory.limit),
        .init(memory.isWithinLimit ? "yes" : "no!"),
      ])
    }
    section.begin("memory", "Memory")
    section.add(section.table(table))
    section.add(
      HTML.terms(
        [
          ("plan", "weights, activations and scratch buffers."),
          (
            "limit",
            "the plan and \(Figure.megabytes(CellSummary.Memory.allowance)) MB for code, libraries, stacks and buffers of the "
              + "runtime."
          ),
        ], class: "notes"))
    section.end()
  }
}
