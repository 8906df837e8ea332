import Analysis
import ArgumentParser
import Records
import Reports

/// `assay verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recomputes a record's figures from its raw samples and checks its seal.",
    discussion: """
      A seal tells that a record is not what Assay wrote, and which part of it \
      was edited. It is no signature: whoever edits a record can seal it anew.

      Examples:
        assay verify Results/local/NAME.json
        assay verify *.json                    several at once
        assay verify NAME.json --against summary.json
                                               figures that somebody published,
                                               as assay show --json printed them
        assay verify NAME.json --against cells.csv
                                               or assay show --csv wrote them
        assay verify NAME.json --require-seal  records of older builds, which
                                               have no seal, do not pass

      Exit codes: 0 nothing is wrong, 65 something is, 66 a file is not there.
      """)

  @Argument(help: "Records that assay run, sweep or precision wrote.")
  var records: [String]

  @Option(
    help: ArgumentHelp(
      "Also compare figures that were published of the record: a summary as JSON or a table as CSV.", valueName: "file"
    ))
  var against: String?

  @Flag(help: "A record without a seal does not pass.")
  var requireSeal = false

  @OptionGroup var costs: CostOptions

  @Flag(help: "Print what was checked as JSON.")
  var json = false

  func run() throws {
    guard against == nil || records.count == 1 else {
      throw CommandFailure("--against is of one record; verify the others by themselves.", exitCode: 64)
    }
    let inputs = try costs.inputs()
    guard inputs == nil || against != nil else {
      throw CommandFailure("Costs are for published figures; name their file with --against.", exitCode: 64)
    }
    let published = try against.map { try PublishedFigures.read($0) }
    let files = records.map { path in
      VerifiedRecord(path: path, published: published, requiresSeal: requireSeal, costs: inputs) {
        CSVExport(record: $0, summary: $1).text
      }
    }
    if json {
      try Terminal.write(json: files)
    } else {
      try Terminal.write(VerificationReport(files, style: Terminal.style).text)
    }
    for error in files.compactMap(\.error) { CommandFailure(error, exitCode: 65).report() }
    let code = VerifiedRecord.exitCode(of: files)
    if code != 0 { throw ExitCode(code) }
  }
}
