import Analysis
import NumericFormats

extension RunReport {
  /// One table for each cell whose nodes were timed.
  var nodeSection: [String] {
    guard !summary.nodes.isEmpty else { return [] }
    return summary.nodes.flatMap { cell in
      [style.text("Nodes of \(cell.id)", .title)] + nodeTable(cell).rendered(style) + [""]
    } + style.footnotes(nodeNotes)
  }

  private func nodeTable(_ cell: CellNodes) -> TextTable {
    var table = TextTable([
      .init("node", isShortenable: true), .init("op", dropOrder: 4), .init("kernel", dropOrder: 1),
      .init("ms", .right), .init("time", .right), .init("GOP/s", .right), .init("GB/s", .right, dropOrder: 3),
      .init("op/byte", .right, dropOrder: 2), .init("attainable", .right), .init("share", .right), .init("bound"),
    ])
    for node in cell.nodes {
      let others = node.nodes.count > 1 ? " + \(node.nodes.count - 1)" : ""
      table.add(row: [
        (node.nodes.first ?? "") + others, node.op, node.kernel, Figure.fixed(node.seconds * 1e3, 3),
        Figure.percent(node.timeShare), node.operations > 0 ? Figure.significant(node.rate / 1e9) : "-",
        Figure.significant(node.bandwidth / 1e9),
        node.operations > 0 ? node.intensity.map(Figure.significant) ?? "-" : "-", Self.attainable(node),
        node.ceiling.map { Figure.percent($0.share, decimals: 0) } ?? "-", node.ceiling?.bound.rawValue ?? "-",
      ])
    }
    let seconds = cell.nodes.reduce(0) { $0 + $1.seconds }
    let operations = cell.nodes.reduce(0.0) { $0 + Double($1.operations) }
    let least = cell.nodes.compactMap(\.ceiling?.seconds).reduce(0, +)
    let isWhole = cell.nodes.allSatisfy { $0.ceiling != nil || $0.bytes == 0 }
    table.add(row: [
      "all", "", "", Figure.fixed(seconds * 1e3, 3), Figure.percent(1),
      seconds > 0 ? Figure.significant(operations / seconds / 1e9) : "-", "", "",
      isWhole && least > 0 ? Figure.significant(operations / least / 1e9) : "-",
      isWhole && seconds > 0 ? Figure.percent(least / seconds, decimals: 0) : "-", "",
    ])
    return table
  }

  /// GOP/s, or GB/s for nodes without operations.
  static func attainable(_ node: NodePerformance) -> String {
    guard let ceiling = node.ceiling else { return "-" }
    if node.operations > 0 { return Figure.significant(ceiling.rate / 1e9) }
    return "\(Figure.significant(Double(node.bytes) / ceiling.seconds / 1e9)) GB/s"
  }

  /// What the columns of nodes mean.
  var nodeNotes: [(lead: String, text: String)] {
    [
      (
        "ms",
        "the median of inferences timed after the measured window; the clock is read between steps, so the sum is not the latency."
      ),
      (
        "attainable",
        "min(peak, op/byte x bandwidth) on this machine's roofline: weights come from the innermost level that holds the "
          + "whole model, activations from the innermost one that holds the node's. Of caches the ceiling is generous."
      ),
      (
        "share",
        "of attainable that is reached; bytes count once, so what a node moves twice shows here as a loss. Above 100 % for "
          + "Winograd's convolutions, which multiply less than a convolution's definition, whose operations count."
      ),
    ]
  }
}
