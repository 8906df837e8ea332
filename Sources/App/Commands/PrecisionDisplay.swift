import Analysis
import ArgumentParser
import Records
import Reports

/// What `precision` and `show` make of a record of contracts.
enum PrecisionDisplay {
  /// How contracts are shown, from the words of the command line.
  static func options(maxError: String?, sort: String?) throws(CommandFailure) -> PrecisionOptions {
    var options = PrecisionOptions()
    if let sort {
      guard let order = PrecisionOptions.Order(rawValue: sort.lowercased()) else {
        let known = PrecisionOptions.Order.allCases.map(\.rawValue).joined(separator: " or ")
        throw CommandFailure("--sort must be \(known), not `\(sort)`.", exitCode: 64)
      }
      options.order = order
    }
    options.maxError = try maxError.map { text throws(CommandFailure) in
      try ShareArgument.parse(text, option: "--max-error")
    }
    return options
  }

  /// Writes the picture.
  ///
  /// - Throws: ``CommandFailure`` where the record has no contracts or the file cannot be written.
  static func draw(_ record: Record, _ summary: RunSummary, _ options: PrecisionOptions, to path: String) throws {
    let file = try OutputFile(path, option: "--svg")
    guard !summary.contracts.isEmpty else {
      throw CommandFailure("The record has no contract's result to draw.", exitCode: 65)
    }
    try file.write(
      PrecisionChart(record: record, comparisons: summary.contracts, maxError: options.maxError).svg.utf8)
  }

  /// Ends the command with 1 where a budget is given that some model's contracts do not keep; the report has said so.
  static func requireBudget(_ summary: RunSummary, _ options: PrecisionOptions) throws {
    guard let limit = options.maxError else { return }
    let missed = summary.contracts.filter { $0.smallest(errorAtMost: limit) == nil }
    guard missed.isEmpty else { throw ExitCode(1) }
  }

  /// What `--json` prints.
  struct Output: Encodable {
    let summary: RunSummary
    /// What the budget lets one choose, a choice for each model; absent where there is none.
    let choices: [Choice]?

    init(summary: RunSummary, maxError: Double?) {
      self.summary = summary
      choices = maxError.map { limit in
        summary.contracts.map { comparison in
          Choice(
            workload: comparison.workload, maxError: limit,
            contract: comparison.smallest(errorAtMost: limit)?.contract, mostExact: comparison.mostExact?.contract,
            leastError: comparison.mostExact?.relativeError,
            sentence: PrecisionBudget.sentence(comparison, limit: limit))
        }
      }
    }
  }

  /// The smallest contract within a budget.
  struct Choice: Encodable {
    let workload: String
    let maxError: Double
    /// Absent where no contract keeps the budget.
    let contract: String?
    let mostExact: String?
    let leastError: Double?
    let sentence: String
  }
}
