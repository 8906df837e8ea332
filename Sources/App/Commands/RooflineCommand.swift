import Analysis
import ArgumentParser
import Ceilings
import Engines
import Foundation
import Harness
import HostState
import NumericFormats
import Records
import Reports
import Topology

/// `assay roofline`.
struct RooflineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roofline",
    abstract: "Measures this machine's ceilings: arithmetic, bandwidth of every cache level and of memory, latency.",
    discussion: """
      Takes about 15 seconds for one and two threads. The best repetition counts, so a moderately busy machine still gives \
      its ceilings; the tables say how far the usual repetition stayed behind. See docs/roofline.md.

      Examples:
        assay roofline
        assay roofline --threads 1,all --svg roofline.svg
        assay roofline --precision fp32 --max-isa avx2 --seconds 0.5
        assay roofline --output roofline.json
        assay roofline --from roofline.json --svg roofline.svg
      """)

  @Option(help: ArgumentHelp("Threads: 1,2,4 or 1-8 or 1-16*2 or all; by default 1 and all.", valueName: "list"))
  var threads: String?

  @Option(help: ArgumentHelp("Precisions whose arithmetic is measured: fp32, bf16, int8.", valueName: "list"))
  var precision: String?

  @OptionGroup var cap: MaxISAOption

  @Option(help: ArgumentHelp("Seconds for each figure.", valueName: "s"))
  var seconds: Double?

  @Option(
    name: .customLong("from"), help: ArgumentHelp("Show what --output wrote; measures nothing.", valueName: "file"))
  var source: String?

  @Option(help: ArgumentHelp("Write a picture for a browser to this file.", valueName: "file"))
  var svg: String?

  @Option(help: ArgumentHelp("Write the figures as JSON to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  private static let defaultSeconds = 0.15
  private static let secondsRange = 0.001...60.0

  func run() throws {
    let picture = try svg.map { try OutputFile($0, option: "--svg") }
    let file = try output.map { try OutputFile($0, option: "--output") }
    try OutputFile.requireDistinct([("--svg", svg), ("--output", output)], from: [("--from", source)])
    for file in [file, picture] { try file?.requireWritable() }
    let record = try source.map(read) ?? measure()
    try file?.write(Self.encoded(record))
    try picture?.write(RooflineChart(record).svg.utf8)
    if json { return try Terminal.write(json: record) }
    try Terminal.write(RooflineReport(record, style: Terminal.style).text)
  }

  private func measure() throws -> RooflineRecord {
    let topology = try Topology.discover()
    let seconds = seconds ?? Self.defaultSeconds
    guard Self.secondsRange.contains(seconds) else {
      throw CommandFailure("--seconds must be 0.001 to 60, not \(seconds).", exitCode: 64)
    }
    let counts = try threadCounts(topology)
    let precisions = try precision.map { try Set(RunOptions.names($0).map(KnownNames.precision)) }
    let options = CeilingMeter.Options(
      placements: try counts.map { Placement(pus: try topology.placement(threads: $0)) },
      precisions: precisions ?? Set(Precision.measurable), features: try KnownNames.features(cappedAt: cap.maxISA),
      seconds: seconds, memoryBudget: Self.memoryBudget)
    let createdAt = Date.now.formatted(.iso8601)
    let roofline = try Self.measure(topology, options)
    return RooflineRecord(
      tool: .current, createdAt: createdAt, machine: .read(topology: topology), roofline: roofline)
  }

  /// A quarter of what this process may use.
  static var memoryBudget: Int { (MemoryLimit.read() ?? 1 << 30) / 4 }

  /// Measures and shows how far it is.
  static func measure(_ topology: Topology, _ options: CeilingMeter.Options) throws -> Roofline {
    let progress = LiveLine()
    defer { progress.end() }
    let meter = CeilingMeter(topology: topology, options: options, progress: progress.show)
    let seconds = Int((Double(meter.figureCount) * options.seconds * 1.1 + 1).rounded(.up))
    progress.note("Roofline: \(meter.figureCount) figures, about \(seconds) seconds")
    return try meter.measure()
  }

  private func threadCounts(_ topology: Topology) throws -> [Int] {
    guard let threads else { return Array(Set([1, topology.usableCores])).sorted() }
    do { return try ListExpression(threads).values(all: topology.usableCores).sorted() } catch {
      throw CommandFailure("--threads: \(error.reason).", exitCode: 64)
    }
  }

  private func read(_ path: String) throws -> RooflineRecord {
    let given: [(String, Bool)] = [
      ("--threads", threads != nil), ("--precision", precision != nil), ("--max-isa", cap.maxISA != nil),
      ("--seconds", seconds != nil),
    ]
    let idle = given.filter(\.1).map(\.0)
    guard idle.isEmpty else {
      throw CommandFailure("--from measures nothing; leave \(idle.joined(separator: ", ")) out.", exitCode: 64)
    }
    return try RooflineRecord.read(path)
  }

  private static func encoded(_ record: RooflineRecord) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(record)) + [UInt8(ascii: "\n")]
  }
}
