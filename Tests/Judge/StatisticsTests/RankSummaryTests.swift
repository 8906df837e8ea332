import Testing

@testable import Statistics

/// Estimate, interval and p at once are those of the single functions.
@Suite struct RankSummaryTests {
  private let x = [12.1, 11.8, 12.6, 13.0, 12.4, 11.9, 12.2]
  private let y = [12.9, 13.4, 12.8, 13.6, 13.1, 12.7]

  @Test(arguments: [0.9, 0.95, 0.9999]) func oneCallIsAllThree(confidence: Double) throws {
    let two = try #require(RankSummary(x, y, confidence: confidence))
    #expect(two.estimate == MannWhitney.hodgesLehmann(x, y) && two.p == MannWhitney.p(x, y))
    #expect(two.interval == MannWhitney.interval(x, y, confidence: confidence))
    let one = try #require(RankSummary(differences: y, confidence: confidence))
    #expect(one.estimate == SignedRank.hodgesLehmann(y) && one.p == SignedRank.p(y))
    #expect(one.interval == SignedRank.interval(y, confidence: confidence))
  }

  @Test func nothingHasNone() {
    #expect(RankSummary([], y) == nil && RankSummary(differences: []) == nil)
    #expect(RankSummary([.nan], y) == nil && RankSummary(differences: [.infinity]) == nil)
  }

  /// Exactness is told as the tests decide it: small samples are counted, ties halve what is small.
  @Test func exactnessIsWhatTheTestsDo() {
    #expect(SignedRank.isExact(200) && !SignedRank.isExact(201))
    let (few, many) = ((1...30).map { Double($0) }, (1...200).map { Double($0) })
    #expect(MannWhitney.isExact(few, few.map { $0 + 0.5 }) && MannWhitney.isExact(x, y))
    #expect(!MannWhitney.isExact(many, many.map { $0 + 0.5 }))
    // Where the answer changes, p changes from the counted distribution to the normal one.
    let tied = (1...34).map { Double($0) }
    #expect(MannWhitney.isExact(tied, tied.map { $0 + 0.5 }) != MannWhitney.isExact(tied, tied))
  }
}
