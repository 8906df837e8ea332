import ArgumentParser
import Engines
import Harness
import NumericFormats
import Reports

/// `assay numerics`.
struct NumericsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "numerics",
    abstract: "What number formats and numerics contracts compute, to hold them against other implementations.",
    discussion: """
      A contract says how operands are stored and rounded, in which order products are added, and what saturates; \
      docs/contracts has a page for each. The subcommands have --json.

      Examples:
        assay numerics list
        assay numerics show vdpbf16ps
        assay numerics convert --to bf16 x.npy y.npy
        assay numerics dot --contract vdpbf16ps a.npy b.npy c.npy
      """,
    subcommands: [
      NumericsListCommand.self, NumericsShowCommand.self, NumericsConvertCommand.self, NumericsDotCommand.self,
    ])

  /// The contract of a name, case aside; the nearest name where there is none.
  static func contract(_ name: String) throws(UnknownName) -> NumericsContract {
    let lowered = name.lowercased()
    if let contract = NumericsContract.all.first(where: { $0.name == lowered }) { return contract }
    throw UnknownName(kind: "contract", name: String(name.prefix(60)), known: NumericsContract.all.map(\.name))
  }

  /// What this CPU makes of a contract's instruction.
  static func standing(_ contract: NumericsContract, on features: CPUFeatures = .detect()) -> String {
    guard contract.instruction != nil else { return "defined by software" }
    guard let needed = ContractOracle(contract)?.instructionFeatures else {
      return "emulated: this build has no instruction of this architecture"
    }
    let missing = needed.map { $0.subtracting(features) }
    if missing.contains(where: \.isEmpty) { return "the CPU has the instruction" }
    let lacking = missing.min { $0.names.count < $1.names.count } ?? []
    return "emulated: the CPU lacks \(lacking.names.joined(separator: ", "))"
  }
}

/// `assay numerics list`.
struct NumericsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the numerics contracts, and which of their instructions this CPU has.",
    discussion: """
      Examples:
        assay numerics list
        assay numerics list --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if json {
      let contracts = NumericsContract.all.map(NumericsShowCommand.Output.init)
      return try Terminal.write(json: ["contracts": contracts])
    }
    try Terminal.write(
      ContractReport.list(
        NumericsContract.all, here: { NumericsCommand.standing($0) }, style: Terminal.style))
  }
}

/// `assay numerics show`.
struct NumericsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows everything that a numerics contract fixes.",
    discussion: """
      Examples:
        assay numerics show vdpbf16ps
        assay numerics show u8s8-maddubs --json
      """)

  @Argument(help: ArgumentHelp("A contract; see assay numerics list.", valueName: "contract"))
  var contract: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let contract = try NumericsCommand.contract(contract)
    if json { return try Terminal.write(json: Output(contract)) }
    try Terminal.write(
      ContractReport.show(contract, here: NumericsCommand.standing(contract), style: Terminal.style))
  }

  /// What `--json` prints.
  struct Output: Encodable {
    let contract: NumericsContract
    let facts: [NumericsContract.Fact]
    /// What this CPU makes of its instruction.
    let here: String

    init(_ contract: NumericsContract) {
      self.contract = contract
      facts = contract.facts
      here = NumericsCommand.standing(contract)
    }
  }
}
