import Records
import Testing

@testable import Reports

@Suite struct ConformanceReportTests {
  private static func comparison(
    _ software: String, _ compared: Int, distances: [Int] = [], mismatch: ConformanceMismatch? = nil
  ) -> ConformanceComparison {
    let wrong = distances.reduce(0, +)
    return ConformanceComparison(
      software: software, compared: compared, mismatches: wrong,
      distances: [compared - wrong] + distances + Array(repeating: 0, count: 8 - distances.count),
      firstMismatch: mismatch)
  }

  private static let bf16Mismatch = ConformanceMismatch(
    number: 10_237, control: "00003f80",
    operands: [
      .init("accumulator", ["4b800000"]), .init("a", ["3f80", "3f80"]), .init("b", ["3f80", "bf80"]),
    ], instruction: "4b7fffff", software: "4b800000")

  private static let missing = ConformanceCheck(
    contracts: ["tdpbf16ps"], instruction: "TDPBF16PS", form: "tiles of 16 x 64 bytes",
    unavailable: "this CPU, or its operating system, has no amx_tile, amx_bf16")

  private static let agreeing: [ConformanceCheck] = [
    ConformanceCheck(
      contracts: ["u8s8-maddubs", "u8s7-maddubs"], instruction: "VPMADDUBSW, VPMADDWD, VPADDD", form: "VEX, 256 bits",
      cases: 2_247_483_648, coverage: "every pair of products, and 100000000 made cases", variesControl: true,
      seconds: 12.34, comparisons: [comparison("scalar oracle", 2_247_483_648)]),
    ConformanceCheck(
      contracts: ["u8s8-maddubs", "u8s7-maddubs"], instruction: "VPMADDUBSW, VPMADDWD, VPADDD", form: "EVEX, 512 bits",
      cases: 2_247_483_648, coverage: "every pair of products, and 100000000 made cases", variesControl: true,
      seconds: 12.34, comparisons: [comparison("scalar oracle", 2_247_483_648)]),
    ConformanceCheck(
      contracts: ["fp32-to-fp16"], instruction: "VCVTPS2PH 0", form: "VEX, 256 bits", cases: 1 << 32,
      coverage: "every input", seconds: 20,
      comparisons: [comparison("scalar oracle", 4_000_000), comparison("vectors, avx2", 1 << 32)]),
  ]

  private static func report(_ checks: [ConformanceCheck], width: Int = 120) -> String {
    let record = ConformanceRecord(
      tool: .init(version: "1", compiler: "Swift", configuration: "release", libraries: [:]),
      createdAt: "2026-01-02T03:04:05Z", machine: Sample.machine, seed: 1, checks: checks)
    return ConformanceReport(record, style: ReportStyle(width: width)).text
  }

  @Test func agreement() throws { try expectSnapshot(Self.report(Self.agreeing + [Self.missing]), "conformance") }

  @Test func aMismatch() throws {
    let wrong = ConformanceCheck(
      contracts: ["vdpbf16ps"], instruction: "VDPBF16PS", form: "EVEX, 512 bits", cases: 100_001_792,
      coverage: "made cases", variesControl: true, seconds: 8,
      comparisons: [Self.comparison("scalar oracle", 100_001_792, distances: [5, 1], mismatch: Self.bf16Mismatch)])
    try expectSnapshot(Self.report([wrong] + Self.agreeing, width: 100), "conformance-mismatch")
  }

  @Test func nothing() {
    let text = Self.report([Self.missing])
    #expect(text.hasSuffix("\nNothing was compared. 1 form could not be run here.\n"))
    #expect(!text.contains("agree"))
  }

  @Test func narrowTerminals() {
    let text = Self.report(Self.agreeing, width: 60)
    #expect(text.contains("All "))
    #expect(text.contains("scalar oracle"))
  }
}
