import Analysis
import Energy
import HostState
import Records

/// What a page says of a load line.
struct LoadLinePage {
  private let line: LoadLine
  private let score: LoadLineScore
  private let path: String

  init(_ line: LoadLine, path: String) {
    self.line = line
    self.path = path
    score = LoadLineScore(line)
  }

  /// Writes all parts.
  func write(to section: inout PageSection) {
    section.title = "Load line of \(line.system)".shortened(to: 120)
    section.subtitle = [
      line.createdAt.shortened(to: 40), line.machine.cpuModel, "Assay \(line.tool.version.shortened(to: 40))",
    ]
    .joined(separator: " · ")
    section.begin("load-line", "Power and latency over load")
    let table = self.table
    let latencies = line.steps.count { $0.p99 != nil }
    let watts = score.steps.count { if case .unavailable = $0.watts { false } else { true } }
    section.add(
      section.figure(
        LoadLineChart(line).picture, title: "Load line",
        description:
          "Power over load with its error bars beside the line of a machine that draws in proportion, and p99 latency "
          + "over load below it.", marks: watts + latencies, numbers: table))
    section.add(HTML.terms(LoadLineReport(line).notes, class: "notes wide"))
    section.end()
  }

  private var table: PageTable {
    var table = PageTable(
      "The steps of the load line",
      [
        .number("load"), .number("offered", unit: "1/s"), .number("answered", unit: "1/s"), .number("p50", unit: "ms"),
        .number("p99", unit: "ms"), .number("power", unit: "W"), .number("samples/J"), .number("failed"),
      ])
    for (step, figures) in zip(line.steps, score.steps) {
      let isIdle = step.load == 0
      func rate(_ value: Double) -> PageTable.Cell { isIdle ? .init("-") : .init(Figure.significant(value), value) }
      func latency(_ seconds: Double?) -> PageTable.Cell {
        .init(seconds.map { Figure.significant($0 * 1e3) } ?? "-", seconds)
      }
      table.add([
        .init(isIdle ? "active idle" : Figure.percent(step.load, decimals: 0), step.load), rate(step.offered),
        rate(step.completed), latency(step.p50), latency(step.p99),
        .init(LoadLineReport.text(figures.watts), Self.value(figures.watts)),
        isIdle ? .init("-") : .init(LoadLineReport.text(figures.samplesPerJoule), Self.value(figures.samplesPerJoule)),
        isIdle ? .init("-") : .init(Figure.exact(step.failed), Double(step.failed)),
      ])
    }
    return table
  }

  private static func value(_ figure: Provenance<LoadLineScore.Bounded, LoadLineScore.Bounded>) -> Double? {
    switch figure {
    case .measured(let bounded), .modelled(let bounded): bounded.value
    case .unavailable: nil
    }
  }
}
