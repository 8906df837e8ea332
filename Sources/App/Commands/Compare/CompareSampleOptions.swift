import Analysis
import ArgumentParser
import Reports

/// Comparing plain columns of numbers.
struct CompareSampleOptions: ParsableArguments {
  @Flag(help: "Compare two files with a number a line instead of records.")
  var samples = false

  @Flag(help: "With --samples: numbers on the same line of both are pairs.")
  var paired = false

  @Flag(help: "With --samples: tell differences also where all numbers are positive.")
  var difference = false

  @Flag(help: "With --samples: call less better.")
  var lowerIsBetter = false

  @Flag(help: "With --samples: call more better.")
  var higherIsBetter = false

  /// Refuses options that would do nothing.
  func requireUnused() throws(CommandFailure) {
    let given = [
      ("--paired", paired), ("--difference", difference), ("--lower-is-better", lowerIsBetter),
      ("--higher-is-better", higherIsBetter),
    ].filter(\.1).map(\.0)
    guard given.isEmpty else {
      throw CommandFailure(
        "\(given.joined(separator: ", ")) \(given.count == 1 ? "is" : "are") for --samples.", exitCode: 64)
    }
  }

  /// Compares and shows.
  func show(base: String, candidate: String, confidence: Double, _ output: CompareOutputOptions) throws {
    guard !(lowerIsBetter && higherIsBetter) else {
      throw CommandFailure("--lower-is-better and --higher-is-better exclude each other.", exitCode: 64)
    }
    let better: Metric.Direction? = lowerIsBetter ? .lower : higherIsBetter ? .higher : nil
    let columns = (try SampleFile(path: base).read(), try SampleFile(path: candidate).read())
    let comparison: SampleComparison
    do {
      comparison = try SampleComparison(
        base: columns.0, candidate: columns.1, isPaired: paired, asDifference: difference, better: better,
        confidence: confidence)
    } catch {
      throw CommandFailure("\(base) and \(candidate): \(error).", exitCode: 65)
    }
    if output.json {
      try output.deliver(Terminal.text(json: comparison))
    } else {
      try output.deliver(
        SampleReport(comparison, base: base, candidate: candidate, style: output.style).text)
    }
  }
}
