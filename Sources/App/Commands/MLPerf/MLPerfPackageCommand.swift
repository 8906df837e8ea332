import ArgumentParser
import Foundation
import HostState
import MLPerf
import Topology

/// `assay mlperf package`.
struct MLPerfPackageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "package",
    abstract: "Makes a submission tree in the layout of MLPerf's Open division out of logs.",
    discussion: """
      The logs must pass assay mlperf check. Every scenario needs a performance \
      and an accuracy run. systems/<system>.json is filled in from this machine, \
      so make the tree where the tests ran; what a machine cannot know is N/A, \
      and --system-file says it. Files that are there are never replaced. \
      Results of Assay are MLPerf-like and unofficial.

      Examples:
        assay mlperf package --submitter Acme --benchmark resnet50 \\
          --performance logs/performance --accuracy logs/accuracy \\
          --score accuracy=76.4% --output-dir submission
      """)

  @Option(help: ArgumentHelp("Who submits; names a folder.", valueName: "name"))
  var submitter: String

  @Option(help: ArgumentHelp("The benchmark; names a folder.", valueName: "name"))
  var benchmark: String

  @Option(help: ArgumentHelp("What the system is called; by default after its CPU.", valueName: "name"))
  var systemName: String?

  @Option(help: ArgumentHelp("Logs of a performance run; may be repeated.", valueName: "folder"))
  var performance: [String]

  @Option(help: ArgumentHelp("Logs of an accuracy run; may be repeated.", valueName: "folder"))
  var accuracy: [String]

  @Option(help: ArgumentHelp("The score line of accuracy.txt where the logs have none.", valueName: "line"))
  var score: String?

  @Option(help: ArgumentHelp("The user.conf that was used; by default made from the logs.", valueName: "file"))
  var userConf: String?

  @Option(help: ArgumentHelp("JSON object of fields for systems/<system>.json.", valueName: "file"))
  var systemFile: String?

  @Option(help: ArgumentHelp("JSON object of fields for measurements.json.", valueName: "file"))
  var measurements: String?

  @Option(help: ArgumentHelp("Where the tree is made.", valueName: "folder"))
  var outputDir: String

  @Flag(help: "Take logs that the check refuses.")
  var force = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard !outputDir.isEmpty else { throw CommandFailure("--output-dir needs the path of a folder.", exitCode: 64) }
    guard performance.count == accuracy.count else {
      throw CommandFailure(
        "Give as many --accuracy as --performance, one of each for a scenario; there are \(accuracy.count) and "
          + "\(performance.count).", exitCode: 64)
    }
    let topology = try Topology.discover()
    let fingerprint = MachineFingerprint.read(topology: topology)
    let system = systemName ?? SubmissionTree.systemName(for: fingerprint)
    var description = SystemDescription(
      submitter: submitter, systemName: system, software: "Assay \(AssayVersion.current)", fingerprint: fingerprint,
      topology: topology)
    if let systemFile {
      try description.override(with: SubmissionTree.Additions.bytes(ofFile: systemFile), file: systemFile)
    }
    var additions = SubmissionTree.Additions()
    additions.score = score
    additions.isForced = force
    additions.userConf = try userConf.map(SubmissionTree.Additions.bytes(ofFile:))
    if let measurements {
      try additions.setMeasurements(SubmissionTree.Additions.bytes(ofFile: measurements), file: measurements)
    }
    var tree = try SubmissionTree(
      submitter: submitter, system: system, benchmark: benchmark, description: description)
    try tree.add(performance: performance, accuracy: accuracy, additions)
    try tree.write(to: outputDir)
    if json { return try Terminal.write(json: Listing(folder: outputDir, files: tree.paths)) }
    try Terminal.write(tree.paths.map { "\(outputDir)/\($0)\n" }.joined())
  }

  /// The tree as JSON.
  private struct Listing: Encodable {
    let folder: String
    let files: [String]
  }
}
