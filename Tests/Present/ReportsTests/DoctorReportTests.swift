import HostState
import Testing

@testable import Reports

@Suite struct DoctorReportTests {
  static let findings = [
    Finding(.ok, .smt, seen: "SMT is off."),
    Finding(
      .note, .energy, seen: "No energy meter is readable.", effect: "Joules will be unavailable.",
      action: "Run on bare metal as root."),
    Finding(
      .warning, .governor, seen: "The frequency governor is powersave.",
      effect: "The clock follows the load, so short runs are slower than long ones and repeat badly.",
      action: "Run `sudo cpupower frequency-set -g performance`."),
    Finding(.ok, .hugePages, seen: "Transparent huge pages are on request."),
  ]

  @Test(arguments: [60, 100])
  func worstFirst(width: Int) throws {
    try expectSnapshot(DoctorReport(Self.findings, style: ReportStyle(width: width)).text, "doctor-\(width)")
  }

  @Test func nothingToSay() {
    #expect(DoctorReport([]).text == "0 warnings, 0 notes, 0 as it should be.\n")
  }
}
