import NumericFormats
import Testing

@testable import Reports

@Suite struct ContractReportTests {
  @Test func list() throws {
    let text = ContractReport.list(
      [.fp32FMA, .vdpbf16ps, .u8s8MADDUBS], here: { $0 == .fp32FMA ? "the CPU has the instruction" : "emulated" },
      style: ReportStyle(width: 120))
    try expectSnapshot(text, "numerics-list")
  }

  @Test func show() throws {
    let text = ContractReport.show(.vdpbf16ps, here: "the CPU has the instruction", style: ReportStyle(width: 100))
    try expectSnapshot(text, "numerics-show")
  }

  @Test(arguments: NumericsContract.all.map(\.name)) func factsAreWhole(name: String) throws {
    let facts = try #require(NumericsContract.named(name)).facts
    #expect(Set(facts.map(\.name)).count == facts.count)
    #expect(facts.allSatisfy { !$0.value.isEmpty && !$0.value.contains("|") && !$0.value.contains("\n") })
  }
}
