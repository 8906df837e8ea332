import ArgumentParser

/// `assay power`.
struct PowerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "power",
    abstract: "Tells what a command took, in joules, watts and seconds, and which energy meters there are.",
    discussion: """
      Examples:
        assay power -- sleep 1
        assay power list
        assay power --power-model idle=50,max=200 -- make -j
      """, subcommands: [PowerListCommand.self, PowerMeasureCommand.self], defaultSubcommand: PowerMeasureCommand.self)
}
