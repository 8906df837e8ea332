import Analysis
import NumericFormats

extension RooflinePanel {
  /// Nodes that get a number and a line in the list at the right.
  private static let listed = 10

  /// The nodes with operations as points whose area is their part of the time.
  func drawNodes(_ cell: CellNodes, on canvas: inout SVGCanvas) {
    let nodes = points(of: cell)
    // Large ones first, so that small ones stay visible.
    for node in nodes {
      canvas.circle(
        x.place(node.intensity ?? 1), y.place(node.rate), radius: radius(node),
        "point \(cell.precision.rawValue)-point",
        hint: hint(node))
    }
    drawNumbers(Array(nodes.prefix(Self.listed)), on: &canvas)
    drawList(Array(nodes.prefix(Self.listed)), of: cell, on: &canvas)
  }

  /// Numbers in a line of their own below the points, in the points' order from left to right, so that they lie neither on
  /// points nor on each other and the lines to them do not cross much.
  private func drawNumbers(_ nodes: [NodePerformance], on canvas: inout SVGCanvas) {
    let places = nodes.map { (x: x.place($0.intensity ?? 1), y: y.place($0.rate)) }
    let lowest = zip(nodes, places).map { radius($0) + $1.y }.max() ?? 0
    var line = lowest + 34
    // Not on a roof.
    for roof in model.roofs.filter(\.isHighest).map({ y.place($0.rate) }).sorted() where abs(roof - line + 4) < 14 {
      line = roof + 22
    }
    line = min(line, y.start - 8)
    let order = nodes.indices.sorted { places[$0].x < places[$1].x }
    let spread = LabelLayout.centred(
      order.map { places[$0].x }, gap: 22, within: (Self.left + 12)...(Self.right - 12))
    for (index, label) in zip(order, spread) {
      canvas.line(places[index].x, places[index].y + radius(nodes[index]), label, line - 13, "leader")
      for style in ["halo", "number"] { canvas.text("\(index + 1)", label, line, style, anchor: .middle) }
    }
  }

  private func drawList(_ nodes: [NodePerformance], of cell: CellNodes, on canvas: inout SVGCanvas) {
    // At the bottom: the labels of the roofs are at the top.
    var line = y.start - 19 * Double(nodes.count)
    canvas.text("nodes by time: part of the time, share of attainable", Self.labels, line, "small")
    for (index, node) in nodes.enumerated() {
      line += 19
      // Names of nodes differ at their ends.
      let name =
        (node.nodes.first ?? "").shortenedAtStart(to: 26) + (node.nodes.count > 1 ? " + \(node.nodes.count - 1)" : "")
      canvas.text("\(index + 1)", Self.labels + 14, line, "tick", anchor: .end)
      canvas.text(name, Self.labels + 22, line, "tick")
      canvas.text(Figure.percent(node.timeShare), Self.labels + 258, line, "tick", anchor: .end)
      canvas.text(
        node.ceiling.map { Figure.percent($0.share, decimals: 0) } ?? "-", Self.labels + 312, line, "tick", anchor: .end
      )
    }
  }

  /// The nodes that have a place on logarithmic axes, those with the most time first.
  func points(of cell: CellNodes) -> [NodePerformance] {
    cell.nodes.filter { $0.operations > 0 && $0.rate > 0 && ($0.intensity ?? 0) > 0 }
      .sorted { $0.timeShare > $1.timeShare }
  }

  private func radius(_ node: NodePerformance) -> Double { 3 + 22 * min(max(node.timeShare, 0), 1).squareRoot() }

  private func hint(_ node: NodePerformance) -> String {
    var facts = [
      node.nodes.joined(separator: " + "), node.kernel, "\(Figure.fixed(node.seconds * 1e3, 3)) ms",
      "\(Figure.significant(node.rate / 1e9)) GOP/s",
    ]
    if let ceiling = node.ceiling {
      facts.append(
        "\(Figure.percent(ceiling.share, decimals: 0)) of attainable \(Figure.significant(ceiling.rate / 1e9)), "
          + "\(ceiling.bound.rawValue)-bound")
    }
    return facts.joined(separator: " · ")
  }
}
