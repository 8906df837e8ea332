import ArgumentParser

/// `assay history`.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Keeps figures of many records in one file, lists them, and tells where a trend changed.",
    discussion: """
      Records of different days join by the ids of their cells; different machines \
      are never joined. The file is --store, or ASSAY_STORE of the environment, or \
      Results/local/history.sqlite.

      Examples:
        assay history add Results/local/*.json --label v1.2
        assay history
        assay history --suite nightly --since 30d
        assay history trend --cell resnet50/fp32/native/t2/b1/Offline
        assay history trend --cell 'resnet50/int8/*' --metric latency --svg t.svg
        assay history remove 12
      """,
    subcommands: [
      HistoryListCommand.self, HistoryAddCommand.self, HistoryTrendCommand.self, HistoryRemoveCommand.self,
    ], defaultSubcommand: HistoryListCommand.self)
}
