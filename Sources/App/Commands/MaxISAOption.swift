import ArgumentParser
import Engines

/// `--max-isa`, the same in every command that chooses kernels.
struct MaxISAOption: ParsableArguments {
  @Option(
    name: .customLong("max-isa"),
    help: ArgumentHelp("Cap Assay's own kernels: \(ISALevel.optionNames).", valueName: "isa"))
  var maxISA: String?
}
