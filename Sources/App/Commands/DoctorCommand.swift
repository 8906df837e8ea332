import ArgumentParser
import Energy
import Harness
import HostState
import Reports
import Topology

/// `assay doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Lists everything here that would distort measurements, each with what to do about it.",
    discussion: """
      Takes about half a second, because steal and other processes are watched over a window.

      Examples:
        assay doctor
        assay doctor --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let topology = try Topology.discover()
    let facts = HostFacts.gather(
      topology: topology,
      blas: await BLASProbe.facts(),
      meters: Meters.facts())
    let findings = Doctor.findings(facts)
    if json { return try Terminal.write(json: DoctorOutput(findings: findings, facts: facts)) }
    try Terminal.write(DoctorReport(findings, style: Terminal.style).text)
  }

  /// What `--json` prints.
  private struct DoctorOutput: Encodable {
    let findings: [Finding]
    let facts: HostFacts
  }
}
