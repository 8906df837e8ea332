import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct CalibrationReportTests {
  @Test(arguments: [60, 120])
  func ranges(width: Int) throws {
    let contents = CalibrationFile(
      model: "minilm-l6", parametersSHA256: String(repeating: "0a", count: 32), method: "percentile:99.99", samples: 1,
      integerLimit: 127,
      ranges: [
        "encoder.layer.0.attention.output.LayerNorm": ValueRange(least: -5.123456, greatest: 0),
        "k": ValueRange(least: -1234.5, greatest: 0.00012345),
      ].compactMapValues(\.self),
      symmetricRanges: ["k": ValueRange(least: -2, greatest: 2)].compactMapValues(\.self))
    let report = CalibrationReport(contents, path: "out.json", kept: 36, style: ReportStyle(width: width))
    try expectSnapshot(report.text, "calibration-\(width)")
    #expect(report.text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
  }
}
