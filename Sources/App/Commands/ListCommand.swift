import ArgumentParser
import Engines
import Harness
import ModelGraph
import NumericFormats
import Reports
import Workloads

/// `assay list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists workloads, engines with their precisions, numerics contracts, and suites.",
    discussion: """
      Examples:
        assay list
        assay list --small        with the small variants that tests use
        assay list --json
      """)

  @Flag(help: "Also list the small workloads that tests use.")
  var small = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let workloads = try WorkloadRegistry.all.filter { small || !$0.isSmall }.map { workload in
      let graph = try workload.graph(batch: 1)
      return WorkloadOutput(
        name: workload.name, summary: workload.summary, source: workload.source,
        parameters: try workload.declaredParameterCount(), foldedParameters: graph.parameterCount,
        multiplyAccumulates: graph.multiplyAccumulates)
    }
    let suites = SuiteLibrary.standard(vocabulary: try Catalogue.current().vocabulary).list()
    if json {
      let engines = EngineRegistry.all.map(EngineOutput.init)
      return try Terminal.write(
        json: Output(
          workloads: workloads, aliases: WorkloadRegistry.aliases, engines: engines, contracts: NumericsContract.all,
          suites: suites))
    }
    let rows = workloads.map {
      ListingReport.WorkloadRow(
        name: $0.name, summary: $0.summary, source: $0.source, parameters: $0.parameters,
        multiplyAccumulates: $0.multiplyAccumulates)
    }
    let style = Terminal.style
    let aliases = WorkloadRegistry.aliases.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }
      .joined(separator: "; ")
    try Terminal.write(
      "Workloads\n\(ListingReport.workloads(rows, style: style))\(aliases)\n\nEngines\n"
        + "\(ListingReport.engines(EngineRegistry.all, style: style))\nNumerics contracts (assay precision)\n"
        + "\(ListingReport.contracts(NumericsContract.all, style: style))\nSuites\n"
        + ListingReport.suites(suites.map { ($0.name, $0.summary) }, style: style))
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let workloads: [WorkloadOutput]
    let aliases: [String: String]
    let engines: [EngineOutput]
    let contracts: [NumericsContract]
    let suites: [SuiteLibrary.Entry]
  }

  private struct WorkloadOutput: Encodable {
    let name: String
    let summary: String
    let source: String
    /// As the literature counts: before batch norm is folded into convolutions.
    let parameters: Int
    /// What the graph holds.
    let foldedParameters: Int
    let multiplyAccumulates: Int
  }

  private struct EngineOutput: Encodable {
    let name: String
    let summary: String
    /// Whether it is what runs where nobody says which.
    let isDefault: Bool
    let contracts: [String: NumericsContract]
    let executions: [String: Execution]

    init(_ engine: any Engine) {
      name = engine.name
      summary = engine.summary
      isDefault = engine.name == EngineRegistry.defaultEngine.name
      contracts = Dictionary(
        uniqueKeysWithValues: Precision.measurable.map { ($0.rawValue, engine.contract(for: $0, on: .detect())) })
      executions = Dictionary(
        uniqueKeysWithValues: Precision.measurable.map { ($0.rawValue, engine.execution(of: $0, on: .detect())) })
    }
  }
}
