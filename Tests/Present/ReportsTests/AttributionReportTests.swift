import Analysis
import Records
import Testing

@testable import Reports

@Suite struct AttributionReportTests {
  private func report(
    _ attribution: Attribution = AttributionSample.attribution(), limit: Double? = nil, width: Int = 120,
    path: String? = "Results/local/attribution.json"
  ) throws -> String {
    AttributionReport(
      AttributionSummary(of: attribution), choice: try limit.map { try MixedPrecision(of: attribution, maxError: $0) },
      path: path, style: ReportStyle(width: width)
    ).text
  }

  @Test("What users see", arguments: [80, 120])
  func snapshots(width: Int) throws {
    try expectSnapshot(report(limit: 0.01, width: width), "attribution-\(width)")
  }

  @Test func whatIsIncompleteSaysSo() throws {
    try expectSnapshot(report(AttributionSample.begun, width: 100), "attribution-begun-100")
  }

  /// Without a budget nothing is recommended, and without a file none is named.
  @Test func nothingIsRecommendedUnasked() throws {
    let text = try report(path: nil)
    for word in ["keep", "For an error", "Figures are in", "Incomplete"] { #expect(!text.contains(word), "\(word)") }
  }

  @Test(arguments: [
    (0.0139, "On samples that chose nothing it is 1.390 %."),
    (0.019, "On samples that chose nothing it is 1.900 %, which is more than the budget: choose by more --samples."),
  ])
  func whatOtherSamplesSayIsASentence(error: Double, sentence: String) throws {
    let words = try report(AttributionSample.verified(error: error), limit: 0.015)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("keep 1 of 5 nodes at FP32 and lower the others. "))
    #expect(words.contains(sentence))
    #expect(!words.contains("not measured"))
  }

  /// Another budget chooses something else than what was measured again.
  @Test func whatOtherSamplesDoNotSayIsASentence() throws {
    let words = try report(AttributionSample.verified(error: 0.0139), limit: 0.01)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("On samples that chose nothing it is not measured: that needs this --max-error"))
  }

  /// By the same rule and legend as everywhere; older files do not count decisions.
  @Test(arguments: [(30, nil, false), (29, nil, true), (4, 30, false), (40, 29, true)] as [(Int, Int?, Bool)])
  func fewDecisionsAreMarked(samples: Int, decisions: Int?, isMarked: Bool) throws {
    var attribution = AttributionSample.attribution()
    (attribution.samples, attribution.decisions) = (samples, decisions)
    let text = try report(attribution, width: 160)
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains(" 87.5? ") == isMarked && text.contains(" 87.5 ") == !isMarked)
    #expect(words.contains("? fewer than 30 decisions (29): even if all of them agree") == isMarked)
    // Nothing is marked where nothing is decided.
    #expect(try !report(AttributionSample.begun, width: 160).contains("?"))
  }

  @Test(arguments: [(0.01, ["conv1", "layer1.0.conv2", "layer1.0.conv3"]), (0.05, ["layer1.0.conv3"])])
  func whatIsKeptIsMarked(limit: Double, names: [String]) throws {
    let rows = try report(limit: limit, width: 160).split(separator: "\n").filter { $0.hasSuffix(" keep") }
    #expect(rows.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }.sorted() == names)
  }

  @Test("Tables and sentences stay within the width", arguments: [60, 80, 100, 120, 160])
  func width(columns: Int) throws {
    for attribution in [AttributionSample.attribution(), AttributionSample.begun] {
      let text = try report(attribution, limit: attribution.cumulative.isEmpty ? nil : 0.01, width: columns)
      #expect(text.split(separator: "\n").filter { String($0).displayWidth > columns } == [])
    }
  }

  @Test func nothingSteersATerminal() throws {
    let evil = "\u{1B}]0;owned\u{7}\u{9B}2J"
    let text = try report(AttributionSample.attribution(named: evil, firstNode: evil), limit: 0.01)
    let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
    #expect(controls.map(\.value) == [])
    #expect(text.contains("owned"))
  }
}
