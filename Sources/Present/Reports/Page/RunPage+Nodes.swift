import Analysis
import NumericFormats
import Records

extension RunPage {
  /// The machine's limits, and where nodes lie under them.
  func writeRoofline(to section: inout PageSection) {
    guard let roofline = record.roofline else {
      return section.lack(
        "Roofline",
        "The machine's limits were not measured with this run; assay run --per-node does, assay roofline alone too.")
    }
    let ceilings = RooflineRecord(
      tool: record.tool, createdAt: record.createdAt, machine: record.machine, roofline: roofline)
    let all = RooflineModel.all(roofline)
    let nodes = summary.nodes.filter { RooflineModel(roofline, threads: $0.threads) != nil }
    guard !all.isEmpty else { return section.lack("Roofline", "Its record holds no ceiling.") }
    section.begin("roofline", "Roofline")
    if nodes.isEmpty {
      let models = all.count > 2 ? [all[0], all[all.count - 1]] : all
      section.add(
        section.figure(
          RooflineChart(ceilings).picture, title: "Roofline", description: Self.whatARooflineShows,
          numbers: Self.ridges(models)))
    } else {
      for cell in nodes.prefix(Self.mostNodePictures) {
        guard let model = RooflineModel(roofline, threads: cell.threads) else { continue }
        let points = cell.nodes.count { $0.operations > 0 && $0.rate > 0 && ($0.intensity ?? 0) > 0 }
        let ridges = Self.ridges([model])
        section.add(
          section.figure(
            RooflineChart(ceilings, cells: [cell]).picture, title: "Nodes under the roofline: \(cell.id)",
            description: Self.whatARooflineShows + " Points are nodes; their area is their part of the time.",
            marks: points + ridges.count, numbers: ridges))
      }
      if nodes.count > Self.mostNodePictures {
        section.add(
          HTML.paragraph(
            "\(nodes.count - Self.mostNodePictures) more cells have timed nodes; assay show --svg draws all of them.",
            class: "hint"))
      }
    }
    section.end()
  }

  private static let whatARooflineShows =
    "Attainable operations a second over operations per byte, on logarithmic axes: horizontal lines are the arithmetic of each "
    + "precision, slanted ones the bandwidth of each level of memory."

  private static func ridges(_ models: [RooflineModel]) -> PageTable {
    var table = PageTable(
      "Ridge points: where arithmetic and bandwidth bind alike",
      [
        .words("precision"), .number("threads"), .words("level"), .number("arithmetic", unit: "GOP/s"),
        .number("bandwidth", unit: "GB/s"), .number("ridge", unit: "op/byte"),
      ])
    for model in models {
      for ridge in model.ridges {
        guard let roof = model.roof(ridge.precision), let diagonal = model.diagonal(ridge.level) else { continue }
        table.add([
          .init(ridge.precision.rawValue), .init("\(model.threads)", Double(model.threads)), .init(ridge.level),
          .init(Figure.significant(roof.rate / 1e9), roof.rate),
          .init(Figure.significant(diagonal.rate / 1e9), diagonal.rate),
          .init(Figure.significant(ridge.intensity), ridge.intensity),
        ])
      }
    }
    return table
  }

  /// What each node of each cell costs.
  func writeNodes(to section: inout PageSection) {
    guard !summary.nodes.isEmpty else {
      return section.lack("Costs of nodes", "Nobody asked for them; assay run --per-node times every node.")
    }
    section.begin("nodes", "Costs of nodes")
    for (index, cell) in summary.nodes.prefix(Self.mostNodeTables).enumerated() {
      let seconds = cell.nodes.reduce(0) { $0 + $1.seconds }
      let title = "Nodes of \(cell.id): \(Figure.fixed(seconds * 1e3, 3)) ms in all"
      let table = section.table(Self.table(cell, title: title))
      section.add(index == 0 ? table : HTML.details(title, table))
    }
    let more = summary.nodes.count - Self.mostNodeTables
    if more > 0 {
      section.add(HTML.paragraph("\(more) more cells have timed nodes; assay show has all of them.", class: "hint"))
    }
    section.add(HTML.terms(report.nodeNotes, class: "notes"))
    section.end()
  }

  private static func table(_ cell: CellNodes, title: String) -> PageTable {
    var table = PageTable(
      title,
      [
        .words("node"), .words("op"), .words("kernel"), .number("ms"), .number("time"), .number("GOP/s"),
        .number("GB/s"), .number("op/byte"), .number("attainable"), .number("share"), .words("bound"),
      ])
    for node in cell.nodes {
      let others = node.nodes.count > 1 ? " + \(node.nodes.count - 1)" : ""
      let hasWork = node.operations > 0
      table.add([
        .init((node.nodes.first ?? "") + others), .init(node.op), .init(node.kernel),
        .init(Figure.fixed(node.seconds * 1e3, 3), node.seconds), .init(Figure.percent(node.timeShare), node.timeShare),
        .init(hasWork ? Figure.significant(node.rate / 1e9) : "-", hasWork ? node.rate : nil),
        .init(Figure.significant(node.bandwidth / 1e9), node.bandwidth),
        .init(hasWork ? node.intensity.map(Figure.significant) ?? "-" : "-", hasWork ? node.intensity : nil),
        .init(RunReport.attainable(node), node.ceiling?.rate),
        .init(node.ceiling.map { Figure.percent($0.share, decimals: 0) } ?? "-", node.ceiling?.share),
        .init(node.ceiling?.bound.rawValue ?? "-"),
      ])
    }
    return table
  }
}
