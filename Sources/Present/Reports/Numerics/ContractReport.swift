import NumericFormats

/// What `assay numerics list` and `show` print: the contracts of this build and what each fixes.
public enum ContractReport {
  /// All contracts, one a line, grouped by precision.
  ///
  /// - Parameter here: what this CPU makes of a contract's instruction, for example `runs here`.
  public static func list(
    _ contracts: [NumericsContract], here: (NumericsContract) -> String, style: ReportStyle = ReportStyle()
  ) -> String {
    var table = TextTable([
      .init("contract"), .init("first operand", dropOrder: 2), .init("second operand", dropOrder: 3), .init("sums"),
      .init("instruction", dropOrder: 1), .init("here", isShortenable: true),
    ])
    var previous: Precision?
    for contract in contracts {
      if contract.precision != previous { table.add(group: contract.precision.rawValue) }
      previous = contract.precision
      table.add(row: [
        contract.name, contract.left.conversion.element.name, contract.right.conversion.element.name,
        contract.accumulation.sumFormat, contract.instruction?.name ?? "-", here(contract),
      ])
    }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }

  /// One contract: its summary, then everything that it fixes.
  public static func show(_ contract: NumericsContract, here: String, style: ReportStyle = ReportStyle()) -> String {
    let facts = contract.facts.map { ($0.name, $0.value) } + [("here", here)]
    let lines =
      [style.text(contract.name, .title)] + style.paragraph(contract.summary, lead: "") + [""] + style.footnotes(facts)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The facts as a Markdown table, as the contract's page has them.
  public static func markdown(_ contract: NumericsContract) -> String {
    let rows = contract.facts.map { "| \($0.name) | \($0.value) |" }
    return (["| | |", "| --- | --- |"] + rows).joined(separator: "\n") + "\n"
  }

  /// All contracts as a Markdown table, as the overview has it.
  public static func markdown(_ contracts: [NumericsContract]) -> String {
    let rows = contracts.map { contract in
      "| [`\(contract.name)`](\(contract.name).md) | \(contract.left.conversion.element.name) | "
        + "\(contract.right.conversion.element.name) | \(contract.accumulation.order) | "
        + "\(contract.accumulation.sumFormat) | \(contract.instruction?.name ?? "") |"
    }
    let head = [
      "| contract | first operand | second operand | order of sums | sums in | instruction |",
      "| --- | --- | --- | --- | --- | --- |",
    ]
    return (head + rows).joined(separator: "\n") + "\n"
  }
}
