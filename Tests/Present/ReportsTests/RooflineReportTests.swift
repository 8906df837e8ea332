import Testing

@testable import Reports

@Suite struct RooflineReportTests {
  @Test(arguments: [80, 120]) func tables(width: Int) throws {
    let text = RooflineReport(RooflineSample.record(), style: ReportStyle(width: width)).text
    try expectSnapshot(text, "roofline-\(width)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }
}
