import Analysis
import NumericFormats

extension RooflinePanel {
  /// Nodes that get a number and a line in the list at the right.
  private static let listed = 10

  /// The nodes with operations as points whose area is their part of the time.
  func drawNodes(_ cell: CellNodes, on canvas: inout SVGCanvas) {
    let nodes = cell.nodes.filter { $0.operations > 0 && $0.rate > 0 && ($0.intensity ?? 0) > 0 }
      .sorted { $0.timeShare > $1.timeShare }
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

  /// Numbers beside their points, moved apart.
  private func drawNumbers(_ nodes: [NodePerformance], on canvas: inout SVGCanvas) {
    let order = nodes.indices.sorted { y.place(nodes[$0].rate) < y.place(nodes[$1].rate) }
    let places = LabelLayout.spread(
      order.map { y.place(nodes[$0].rate) + 4 }, gap: 13, within: (y.end + 12)...(y.start - 6))
    for (index, place) in zip(order, places) {
      let node = nodes[index]
      let (pointX, pointY) = (x.place(node.intensity ?? 1), y.place(node.rate))
      let label = min(pointX + radius(node) + 14, Self.right - 16)
      canvas.line(pointX + radius(node), pointY, label - 2, place - 4, "leader")
      for style in ["halo", "number"] { canvas.text("\(index + 1)", label, place, style) }
    }
  }

  private func drawList(_ nodes: [NodePerformance], of cell: CellNodes, on canvas: inout SVGCanvas) {
    var line = y.end + 150
    canvas.text("nodes by time: part of the time, share of attainable", Self.labels, line, "small")
    for (index, node) in nodes.enumerated() {
      line += 19
      let name = (node.nodes.first ?? "").shortened(to: 24) + (node.nodes.count > 1 ? " + \(node.nodes.count - 1)" : "")
      canvas.text("\(index + 1)", Self.labels + 14, line, "tick", anchor: .end)
      canvas.text(name, Self.labels + 22, line, "tick")
      canvas.text(Figure.percent(node.timeShare), Self.labels + 258, line, "tick", anchor: .end)
      canvas.text(
        node.ceiling.map { Figure.percent($0.share, decimals: 0) } ?? "-", Self.labels + 312, line, "tick", anchor: .end
      )
    }
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
