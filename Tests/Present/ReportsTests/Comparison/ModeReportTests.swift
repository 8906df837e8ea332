import Analysis
import Records
import Testing

@testable import Reports

/// Cells of one run side by side.
@Suite struct ModeReportTests {
  @Test(arguments: [60, 80, 120]) func tables(width: Int) throws {
    let text = ModeReport(ComparisonSample.modes, record: "record.json", style: ReportStyle(width: width)).text
    try expectSnapshot(text, "modes-\(width)")
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
    // Where columns do not fit, more tables follow, and none is left out.
    for label in ["fp32", "int8", "bf16", "fp8", "int4"] { #expect(text.contains(" \(label)"), "\(label)") }
    #expect(!text.contains("Hidden for want of width"))
  }

  @Test func emulatedCellsShowNoSpeed() throws {
    let family = try #require(ComparisonSample.modes.families.first)
    let emulated = try #require(family.modes.first { $0.label == "fp8" })
    for line in ModeLine.all(of: family) where line.title != "relative error" && line.title != "top-1 agreement" {
      let text = line.value(emulated, false)
      #expect(text == "emulated" || text == "" || line.title == "decisions", "\(line.title): \(text)")
    }
  }

  @Test func markdown() throws {
    try expectSnapshot(ModeMarkdown(ComparisonSample.modes, record: "my_record.json").text, "modes-markdown")
  }
}
