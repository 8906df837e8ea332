import Analysis
import Records
import Testing

@testable import Reports

@Suite struct PrecisionReportTests {
  private func report(
    _ record: Record = ContractSample.record, width: Int = 120, _ options: PrecisionOptions = PrecisionOptions()
  ) -> String {
    RunReport(
      record: record, summary: RunSummary(of: record), path: "Results/local/contracts.json", precision: options,
      style: ReportStyle(width: width)
    ).text
  }

  private func lines(_ options: PrecisionOptions, width: Int = 150) -> [String] {
    ContractSection(
      comparisons: RunSummary(of: ContractSample.record).contracts, cells: RunSummary(of: ContractSample.record).cells,
      options: options, style: ReportStyle(width: width)
    ).lines
  }

  @Test("What users see", arguments: [80, 150])
  func snapshots(width: Int) throws {
    try expectSnapshot(report(width: width, PrecisionOptions(maxError: 0.05)), "precision-\(width)")
  }

  /// Only of the model that has a task.
  @Test func aFixedSetIsNamed() {
    let words = lines(PrecisionOptions()).joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(words.contains("minilm-l6: rank correlation of 120 pair similarities"))
    #expect(words.contains("It needs all 240 sentences, which are compared whatever --samples says."))
    #expect(words.ranges(of: "whatever --samples says").count == 1)
  }

  @Test func rowsAreSortedAsAsked() {
    func order(_ options: PrecisionOptions) -> [String] {
      lines(options).dropFirst(3).prefix(8).compactMap { $0.split(separator: " ").first.map(String.init) }
    }
    #expect(
      order(PrecisionOptions()) == [
        "mxfp4-e2m1", "u8s8-vnni", "fp8-e4m3-fp32acc", "vdpbf16ps", "bf16-truncate", "w4-g32-fp32acc", "fp32-fma",
        "fp16-fma",
      ])
    #expect(
      order(PrecisionOptions(order: .error)) == [
        "fp32-fma", "vdpbf16ps", "bf16-truncate", "fp8-e4m3-fp32acc", "u8s8-vnni", "w4-g32-fp32acc", "mxfp4-e2m1",
        "fp16-fma",
      ])
  }

  /// Time that an emulator takes is nowhere.
  @Test func emulatedContractsHaveNoTime() {
    let rows = lines(PrecisionOptions())
    for name in ["fp8-e4m3-fp32acc", "bf16-truncate", "mxfp4-e2m1", "w4-g32-fp32acc"] {
      #expect(rows.first { $0.contains(name) }?.contains(" emulated ") == true)
    }
    #expect(rows.first { $0.contains("u8s8-vnni") }?.contains("emulated") == false)
  }

  @Test(arguments: [
    (
      0.05,
      "resnet50: the smallest format with error at most 5.000 % is vdpbf16ps: error 2.265 %, 0.50 of FP32's bytes."
    ),
    (
      0.2, "resnet50: the smallest format with error at most 20.00 % is u8s8-vnni: error 10.59 %, 0.25 of FP32's bytes."
    ),
    (
      0.001,
      "resnet50: no contract here has an error at most 0.1000 %; the least is error 2.265 %, 0.50 of FP32's bytes, of "
        + "vdpbf16ps. Allow more, name other contracts (assay list), or stay with FP32."
    ),
  ])
  func aBudgetIsASentence(limit: Double, sentence: String) {
    let comparison = RunSummary(of: ContractSample.record).contracts[0]
    #expect(PrecisionBudget.sentence(comparison, limit: limit) == sentence)
  }

  @Test("Tables and sentences stay within the width", arguments: [60, 80, 100, 120, 160])
  func width(columns: Int) {
    let text = report(width: columns, PrecisionOptions(maxError: 0.05))
    let lines = text.split(separator: "\n").filter { !$0.contains("assay ") }
    #expect(lines.filter { String($0).displayWidth > columns } == [])
  }

  @Test func nothingSteersATerminal() {
    let evil = "\u{1B}]0;owned\u{7}\u{9B}2J"
    let text = report(ContractSample.record(named: evil), PrecisionOptions(maxError: 0.01))
    let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
    #expect(controls.map(\.value) == [])
    #expect(text.contains("owned"))
  }
}
