import Engines
import NumericFormats
import Testing

@testable import Reports

@Suite struct ListingReportTests {
  @Test func workloads() throws {
    let rows = [
      ListingReport.WorkloadRow(
        name: "resnet50", summary: "image classification, v1.5, 224 x 224", source: "He et al. 2015",
        parameters: 25_557_032, multiplyAccumulates: 4_089_184_256),
      ListingReport.WorkloadRow(
        name: "minilm-l6", summary: "sentence embedding, trained weights", source: "fetched", parameters: nil,
        multiplyAccumulates: nil),
    ]
    try expectSnapshot(ListingReport.workloads(rows), "workloads")
  }

  @Test func everyEngineSaysWhatItMakesOfEveryPrecision() {
    let text = ListingReport.engines(EngineRegistry.all, style: ReportStyle(width: 120))
    for engine in EngineRegistry.all {
      let name = engine.name == "native" ? "native (default)" : engine.name
      #expect(text.contains("\n\(name): \(engine.summary.prefix(40))"))
      #expect(text.contains(engine.contract(for: .bf16, on: .detect()).name))
      #expect(text.contains(engine.contract(for: .int8, on: .detect()).name))
    }
    #expect(text.contains("emulated"))
  }

  @Test func contractsSayWhichInstructionTheyDescribe() {
    let lines = ListingReport.contracts([.vdpbf16ps, .mxint8], style: ReportStyle(width: 120)).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("vdpbf16ps bf16      VDPBF16PS (AVX512_BF16) Values rounded to BF16, nearest even;"))
    #expect(lines[2].hasPrefix("mxint8    mx        -                       Operands of products in blocks of 32"))
  }

  @Test func suites() {
    let text = ListingReport.suites([("quick", "the default"), ("threads", "1 to all cores")])
    #expect(text == "suite    what\nquick    the default\nthreads  1 to all cores\n")
  }
}
