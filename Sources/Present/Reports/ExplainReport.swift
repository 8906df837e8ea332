import Engines
import NumericFormats
import Tensors

/// What `assay explain WORKLOAD` prints: which implementation runs each node, what it costs, and why others declined.
public struct ExplainReport {
  private let heading: String
  private let assignments: [NodeAssignment]
  private let style: ReportStyle

  /// Makes a report of the nodes in execution order.
  public init(
    workload: String, engine: String, precision: Precision, execution: Execution, contract: String, batch: Int,
    assignments: [NodeAssignment], style: ReportStyle = ReportStyle()
  ) {
    heading = [
      workload, "batch \(batch)", engine, "\(precision.rawValue) (\(execution.rawValue), \(contract))",
    ].joined(separator: " · ")
    self.assignments = assignments
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let reasons = declinedReasons
    let fused = assignments.filter { $0.origins.count > 1 }
    var lines = [style.text(heading, .title)] + nodeTable(reasons).rendered(style)
    if assignments.contains(where: { $0.step != nil }) {
      lines += ["", style.text("Kernels", .title)] + kernelTable.rendered(style)
    }
    lines += ["", style.text("Implementations", .title)] + totalsTable.rendered(style)
    if !fused.isEmpty {
      lines += ["", style.text("What fused", .title)]
      lines += style.footnotes(fused.map { ($0.node, $0.origins.joined(separator: " + ")) })
    }
    if !reasons.isEmpty {
      lines += ["", style.text("Why others declined", .title)]
      lines += style.footnotes(
        reasons.enumerated().map { ("\($0 + 1)", "\($1.implementation): \($1.reason)") })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func nodeTable(_ reasons: [NodeAssignment.Declined]) -> TextTable {
    let hasStorages = assignments.contains { $0.storage != nil }
    var columns: [TextTable.Column] = [
      .init("node", isShortenable: true), .init("op", dropOrder: 2), .init("dst"), .init("format", dropOrder: 3),
    ]
    if hasStorages { columns.append(.init("storage", dropOrder: 5)) }
    columns += [
      .init("MAC", .right), .init("weights", unit: "MB", .right, dropOrder: 1),
      .init("activations", unit: "MB", .right, dropOrder: 4), .init("implementation"),
    ]
    columns.append(.init("declined"))
    var table = TextTable(columns)
    for item in assignments {
      let declined = item.declined.compactMap { reasons.firstIndex(of: $0) }.map { $0 + 1 }
      var row = [item.node, item.op, item.shape.map(String.init).joined(separator: "x"), item.format]
      if hasStorages { row.append(item.storage ?? "floats") }
      row.append(item.multiplyAccumulates == 0 ? "-" : Figure.count(item.multiplyAccumulates))
      row += [Self.megabytes(item.weightBytes), Self.megabytes(item.activationBytes)]
      row.append(item.stepOf.map { "in \($0)" } ?? item.implementation)
      table.add(row: row + [Self.ranges(declined)])
    }
    return table
  }

  /// Numbers in their order, three or more consecutive ones as `1-3`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { run in
      run.count > 2 ? "\(run.lowerBound)-\(run.upperBound)" : run.map(String.init).joined(separator: ",")
    }.joined(separator: ",")
  }

  /// What each step runs, as far as implementations say it; nodes that another's step computes have no line.
  private var kernelTable: TextTable {
    var table = TextTable([
      .init("node", isShortenable: true), .init("kernel"), .init("algorithm"), .init("tiles", dropOrder: 1),
    ])
    for item in assignments {
      guard let step = item.step else { continue }
      table.add(row: [item.node, step.kernel, step.algorithm, step.tiles ?? "-"])
    }
    return table
  }

  private var totalsTable: TextTable {
    var table = TextTable([
      .init("implementation"), .init("nodes", .right), .init("MAC", .right), .init("parameters", .right),
      .init("weights", unit: "MB", .right), .init("activations", unit: "MB", .right),
    ])
    func add(_ name: String, _ members: [NodeAssignment]) {
      func sum(_ value: (NodeAssignment) -> Int) -> Int { members.reduce(0) { $0.addingSaturated(value($1)) } }
      table.add(row: [
        name, "\(members.count)", Figure.exact(sum(\.multiplyAccumulates)), Figure.exact(sum(\.parameters)),
        Self.megabytes(sum(\.weightBytes)), Self.megabytes(sum(\.activationBytes)),
      ])
    }
    for group in assignments.grouped(by: \.implementation) { add(group.heading, group.members) }
    add("total", assignments)
    return table
  }

  /// Each refusal once, in order of appearance.
  private var declinedReasons: [NodeAssignment.Declined] {
    assignments.flatMap(\.declined).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func megabytes(_ bytes: Int) -> String { bytes == 0 ? "-" : Figure.megabytes(UInt64(max(bytes, 0))) }
}
