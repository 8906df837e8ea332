import Engines
import NumericFormats

/// The lists of what can be named on the command line.
public enum ListingReport {
  /// One workload of a listing.
  public struct WorkloadRow: Hashable, Sendable {
    let name: String
    let summary: String
    let source: String
    let parameters: Int?
    let multiplyAccumulates: Int?

    /// Makes a row; counts are for one sample, nil where they are not known.
    public init(name: String, summary: String, source: String, parameters: Int?, multiplyAccumulates: Int?) {
      self.name = name
      self.summary = summary
      self.source = source
      self.parameters = parameters
      self.multiplyAccumulates = multiplyAccumulates
    }
  }

  /// Workloads with their sizes, ended by a line feed.
  public static func workloads(_ rows: [WorkloadRow], style: ReportStyle = ReportStyle()) -> String {
    var table = TextTable([
      .init("workload"), .init("parameters", .right), .init("MAC/sample", .right), .init("what", isShortenable: true),
      .init("source", dropOrder: 1),
    ])
    for row in rows {
      table.add(row: [
        row.name, row.parameters.map(Figure.exact) ?? "?", row.multiplyAccumulates.map(Figure.exact) ?? "?",
        row.summary, row.source,
      ])
    }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }

  /// Engines with what each makes of every precision with these instruction sets, ended by a line feed.
  public static func engines(
    _ engines: [any Engine], on features: CPUFeatures = .detect(), style: ReportStyle = ReportStyle()
  ) -> String {
    var table = TextTable([
      .init("precision"), .init("execution"), .init("contract"), .init("what", isShortenable: true),
    ])
    for engine in engines {
      let mark = engine.name == EngineRegistry.defaultEngine.name ? " (default)" : ""
      table.add(group: "\(engine.name)\(mark): \(engine.summary)")
      for precision in Precision.measurable {
        let contract = engine.contract(for: precision, on: features)
        table.add(row: [
          precision.rawValue, engine.execution(of: precision, on: features).rawValue, contract.name,
          contract.summary,
        ])
      }
    }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }

  /// Numerics contracts with what each of them is, ended by a line feed.
  public static func contracts(
    _ contracts: [NumericsContract], style: ReportStyle = ReportStyle()
  ) -> String {
    var table = TextTable([
      .init("contract"), .init("precision"), .init("instruction"), .init("what", isShortenable: true),
    ])
    for contract in contracts {
      table.add(row: [
        contract.name, contract.precision.rawValue,
        contract.instruction.map { "\($0.name) (\($0.feature))" } ?? "-", contract.summary,
      ])
    }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }

  /// Suites with their summaries, ended by a line feed.
  public static func suites(_ rows: [(name: String, summary: String)], style: ReportStyle = ReportStyle()) -> String {
    var table = TextTable([.init("suite"), .init("what", isShortenable: true)])
    for row in rows { table.add(row: [row.name, row.summary]) }
    return table.rendered(style).joined(separator: "\n") + "\n"
  }
}
