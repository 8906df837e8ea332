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

  /// Numbers beside their points, moved down where they would lie on each other.
  private func drawNumbers(_ nodes: [NodePerformance], on canvas: inout SVGCanvas) {
    var taken: [(x: Double, y: Double)] = []
    for index in nodes.indices.sorted(by: { nodes[$0].rate > nodes[$1].rate }) {
      let node = nodes[index]
      let (pointX, pointY) = (x.place(node.intensity ?? 1), y.place(node.rate))
      let labelX = min(pointX + radius(node) + 14, Self.right - 16)
      let labelY = taken.filter { abs($0.x - labelX) < 22 }.reduce(pointY + 4) { max($0, $1.y + 13) }
      taken.append((labelX, labelY))
      canvas.line(pointX + radius(node), pointY, labelX - 2, labelY - 4, "leader")
      for style in ["halo", "number"] { canvas.text("\(index + 1)", labelX, labelY, style) }
    }
  }

  private func drawList(_ nodes: [NodePerformance], of cell: CellNodes, on canvas: inout SVGCanvas) {
    // At the bottom: the labels of the roofs are at the top.
    var line = y.start - 19 * Double(nodes.count)
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
