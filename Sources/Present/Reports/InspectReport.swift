import GraphPasses
import ONNX
import Tensors

/// What `assay inspect FILE` prints: what a model declares, what it costs with fixed shapes, what fused, what is missing.
public struct InspectReport {
  private let inspection: ONNXInspection
  private let path: String
  private let style: ReportStyle

  /// Makes a report.
  public init(_ inspection: ONNXInspection, path: String, style: ReportStyle = ReportStyle()) {
    self.inspection = inspection
    self.path = path
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    var lines = style.paragraph(heading, lead: "", .title)
    lines += section("Inputs and outputs") + portTable.rendered(style)
    lines += section("Operators in the file") + operatorTable.rendered(style)
    if let imported = inspection.imported {
      lines += section("Costs of one inference") + costs(imported)
      lines += section("After the graph passes") + nodeTable(imported).rendered(style)
      if !imported.passes.isEmpty { lines += section("What the passes changed") + passTable(imported).rendered(style) }
    }
    if !inspection.unsupported.isEmpty {
      lines += section("Not supported, so the model cannot be run") + unsupportedTable.rendered(style)
    }
    for warning in inspection.warnings { lines += [""] + style.paragraph(warning, lead: "Warning: ", .caution) }
    if let problem = inspection.problem, inspection.unsupported.isEmpty {
      let isIncomplete = inspection.exitCode == 0
      lines +=
        [""]
        + style.paragraph(
          problem, lead: isIncomplete ? "For the costs: " : "Cannot run: ", isIncomplete ? .caution : .bad)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String) -> [String] { ["", style.text(title, .title)] }

  private var heading: String {
    let opsets = inspection.opsets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
    let external =
      inspection.externalFiles.isEmpty
      ? nil : "weights in \(Figure.counted(inspection.externalFiles.count, "other file"))"
    return [
      path, inspection.name.isEmpty ? nil : inspection.name, inspection.producer.isEmpty ? nil : inspection.producer,
      "IR \(inspection.irVersion)", "opset \(opsets)",
      inspection.fileBytes.map { "\(Figure.megabytes(UInt64(max($0, 0)))) MB" }, external,
    ].compactMap { $0 }.joined(separator: " · ")
  }

  private var portTable: TextTable {
    var table = TextTable([
      .init("what"), .init("name"), .init("type"), .init("extents in the file", isShortenable: true),
      .init("extents here"),
    ])
    func add(_ kind: String, _ values: [ONNXInspection.Value], _ ports: [ImportedModel.Port]?) {
      for value in values {
        let port = ports?.first { $0.name == value.name }
        let bound =
          inspection.imported?.boundInputs.contains(value.name) == true || inspection.inputsToBind.contains(value.name)
        let here = port.map { $0.isDynamic ? "while running" : extents($0.type.shape.dims.map(String.init)) }
        table.add(row: [
          kind, value.name.cut, value.elementType, value.dims.map(extents) ?? "?",
          here ?? (bound ? "decides shapes" : "-"),
        ])
      }
    }
    add("input", inspection.inputs, inspection.imported?.inputs)
    add("output", inspection.outputs, inspection.imported?.outputs)
    return table
  }

  private func extents(_ dims: [String]) -> String {
    // Names may have an x in them.
    let areNumbers = dims.allSatisfy { $0.allSatisfy(\.isWholeNumber) }
    return dims.isEmpty ? "scalar" : dims.joined(separator: areNumbers ? "x" : " x ").cut
  }

  private var operatorTable: TextTable { countTable(inspection.operators, "operator") }

  private func countTable(_ counts: [ONNXInspection.Count], _ title: String) -> TextTable {
    var table = TextTable([.init(title), .init("nodes", .right)])
    for count in counts { table.add(row: [count.name.cut, "\(count.count)"]) }
    return table
  }

  private func nodeTable(_ imported: ONNXInspection.Imported) -> TextTable {
    var table = countTable(imported.operators, "operator of Assay")
    if imported.dynamicNodes > 0 { table.add(row: ["(inside dynamic)", "\(imported.dynamicNodes)"]) }
    return table
  }

  private func costs(_ imported: ONNXInspection.Imported) -> [String] {
    var table = TextTable([.init("what"), .init("number", .right), .init("bytes", .right)])
    table.add(row: [
      "parameters in the file", Figure.exact(inspection.parameterElements), Figure.exact(inspection.parameterBytes),
    ])
    table.add(row: [
      "parameters as run", Figure.exact(imported.parameterElements), Figure.exact(imported.parameterBytes),
    ])
    table.add(row: ["MACs", Figure.exact(imported.multiplyAccumulates), ""])
    table.add(row: ["activations", "", Figure.exact(imported.activationBytes)])
    return table.rendered(style)
  }

  private func passTable(_ imported: ONNXInspection.Imported) -> TextTable {
    var table = TextTable([.init("pass"), .init("places", .right)])
    for report in imported.passes { table.add(row: [report.pass, "\(report.changes)"]) }
    return table
  }

  private var unsupportedTable: TextTable {
    var table = TextTable([
      .init("operator"), .init("nodes", .right), .init("first node", isShortenable: true),
      .init("why", isShortenable: true),
    ])
    for item in inspection.unsupported {
      table.add(row: [item.name.cut, "\(item.count)", item.firstNode.cut, item.reason.cut])
    }
    return table
  }
}

extension String {
  /// At most 200 characters: names out of files may have any length.
  fileprivate var cut: String {
    guard utf8.count > 200, unicodeScalars.count > 200 else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(200))) + "…"
  }
}
