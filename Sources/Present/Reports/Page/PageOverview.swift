import Analysis
import HostState
import Records

/// What lies on a page of several records, each for itself: nothing is compared here, since machines, builds and workloads may
/// differ.
struct PageOverview {
  private let items: [ReportPage.Item]

  init(_ items: [ReportPage.Item]) { self.items = items }

  /// Writes the table.
  func write(to section: inout PageSection) {
    section.title = "Overview"
    var table = PageTable(
      "What is on this page",
      [
        .words("record"), .words("machine"), .words("begun"), .words("workload"), .number("cells"),
        .number("best samples/s"), .number("best p50", unit: "ms"), .number("least J/sample"), .words("to be trusted"),
      ])
    for (index, item) in items.enumerated() {
      let name = "<a href=\"#r\(index + 1)\">\(HTML.text(Self.name(item)))</a>"
      switch item {
      case .run(let record, let summary, let sweep, _):
        let verdict = Trust(record: record, summary: summary, canaries: sweep?.canaries).verdict
        let words = verdict == .good ? "✓ nothing seen" : verdict == .care ? "! with care" : "✗ not yet"
        let answers = Answer.all(in: record, summary)
        for answer in answers {
          let count = summary.cells.count { $0.cell.workload == answer.workload }
          table.add(
            [
              .init(html: name), .init(record.machine.cpuModel), .init(record.createdAt.shortened(to: 40)),
              .init(answer.workload), .init("\(count)", Double(count)),
            ] + Self.figures(answer) + [.init(words)])
        }
        if answers.isEmpty {
          table.add([
            .init(html: name), .init(record.machine.cpuModel), .init(record.createdAt.shortened(to: 40)), .init("none"),
            .init("0", 0), .init("-"), .init("-"), .init("-"), .init(words),
          ])
        }
      case .loadLine(let line, _):
        table.add([
          .init(html: name), .init(line.machine.cpuModel), .init(line.createdAt.shortened(to: 40)), .init(line.system),
          .init("-"), .init(Figure.significant(line.maximum), line.maximum), .init("-"), .init("-"),
          .init("see its notes"),
        ])
      }
    }
    section.begin("table", "Records, each for itself")
    section.add(section.table(table))
    section.add(
      HTML.paragraph("Nothing is compared here; assay compare does, and says what can be told apart.", class: "hint"))
    section.end()
  }

  private static func figures(_ answer: Answer) -> [PageTable.Cell] {
    let speed = answer.fastest?.cell.throughput
    let latency = answer.quickest?.cell.latency?.p50
    return [
      .init(speed.map(Figure.withSpread) ?? "-", speed?.mean),
      .init(latency.map { Figure.milliseconds($0.nanoseconds) } ?? "-", latency.map { Double($0.nanoseconds) }),
      .init(
        answer.thriftiest.map { EnergyNotes([$0.cell]).text(of: $0.cell) } ?? (speed == nil ? "-" : "unavailable"),
        answer.thriftiest?.cell.energy?.knownJoules),
    ]
  }

  /// The file's name without its folder.
  private static func name(_ item: ReportPage.Item) -> String {
    let path =
      switch item {
      case .run(_, _, _, let path), .loadLine(_, let path): path
      }
    return (path.split(separator: "/").last.map(String.init) ?? path).shortened(to: 80)
  }

  /// The workloads of some cells, each once, in order of appearance.
  static func workloads(_ cells: [CellSummary]) -> [String] {
    cells.map(\.cell.workload).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
