import ArgumentParser
import Conformance
import Engines
import Foundation
import Harness
import HostState
import NumericFormats
import Records
import Reports
import Topology

/// `assay conformance`.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Holds the numerics contracts against the real instructions of this CPU, bit for bit.",
    discussion: """
      Conversions take every input there is. A contract takes --vectors cases, each an accumulator and a group of operand \
      elements of its own (one lane of the instruction), made so that ties, cancellation, subnormals, infinities, NaNs \
      with payloads, signed zeros and the limits of saturation are all frequent; the same seed makes the same cases on \
      every machine. Instructions that this CPU lacks are named with the reason. Takes about a minute on two cores.

      Exit codes: 0 all results agree, 1 some differ, 69 nothing could be run.

      Examples:
        assay conformance
        assay conformance --quick
        assay conformance --contract vdpbf16ps,fp32-to-bf16 --vectors 1000000000
        assay conformance --json
      """)

  @Option(
    help: ArgumentHelp(
      "Only these: \(ConformanceMeter.names.joined(separator: ", ")).", valueName: "list"))
  var contract: String?

  @Option(help: ArgumentHelp("Cases of each contract; by default 100000000, with --quick 2000000.", valueName: "n"))
  var vectors: Int?

  @Option(help: ArgumentHelp("What cases are made from.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads; by default all cores that may be used.", valueName: "n"))
  var threads: Int?

  @Flag(help: "A few seconds only: conversions take the inputs around ties.")
  var quick = false

  @Flag(help: "Print JSON.")
  var json = false

  private static let vectorRange = 1...1_000_000_000_000

  func run() throws {
    let names = try contract.map { try Set($0.split(separator: ",").map { try Self.name($0) }) }
    if let names, names.isEmpty { throw CommandFailure("--contract names nothing.", exitCode: 64) }
    var settings = quick ? ConformanceSettings.quick : ConformanceSettings()
    settings.seed = seed
    if let vectors {
      guard Self.vectorRange.contains(vectors) else {
        throw CommandFailure("--vectors must be 1 to \(Self.vectorRange.upperBound), not \(vectors).", exitCode: 64)
      }
      settings.vectors = vectors
    }
    let topology = try Topology.discover()
    let count = threads ?? topology.usableCores
    let pus = try topology.placement(threads: count)
    let createdAt = Date.now.formatted(.iso8601)
    let checks = try measure(names, settings, team: ThreadTeam(pus: pus))
    let record = ConformanceRecord(
      tool: .current, createdAt: createdAt, machine: .read(topology: topology), seed: seed, checks: checks)
    if json {
      try Terminal.write(json: record)
    } else {
      try Terminal.write(ConformanceReport(record, style: Terminal.style).text)
    }
    if checks.allSatisfy({ $0.unavailable != nil }) { throw ExitCode(69) }
    if record.mismatches > 0 { throw ExitCode(1) }
  }

  private func measure(
    _ names: Set<String>?, _ settings: ConformanceSettings, team: ThreadTeam
  ) -> [ConformanceCheck] {
    let progress = LiveLine()
    defer { progress.end() }
    let meter = ConformanceMeter(names: names, settings: settings)
    return meter.measure(on: team) { name, done in progress.show(done: Int(done * 100), total: 100, name: name) }
  }

  private static func name(_ text: Substring) throws -> String {
    let name = text.filter { !$0.isWhitespace }
    let known = ConformanceMeter.names
    if let match = known.first(where: { $0.lowercased() == name.lowercased() }) { return match }
    if let contract = NumericsContract.all.first(where: { $0.name.lowercased() == name.lowercased() }) {
      throw CommandFailure(Self.withoutInstruction(contract), exitCode: 64)
    }
    throw UnknownName(kind: "contract with an instruction or conversion", name: String(name.prefix(60)), known: known)
  }

  /// Why a contract cannot be held against hardware, and what its products are held against.
  private static func withoutInstruction(_ contract: NumericsContract) -> String {
    let peer = NumericsContract.all.first { $0.accumulation == contract.accumulation && $0.instruction != nil }
    let held =
      peer.flatMap { peer in
        peer.instruction.map { "its products add as those of \(peer.name), which is held against \($0.name)" }
      } ?? "its scalar oracle defines it"
    return "The contract \(contract.name) has no instruction to hold it against; \(held) "
      + "(docs/contracts/\(contract.name).md)."
  }
}
