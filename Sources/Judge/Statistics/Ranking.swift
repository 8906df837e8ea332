import Glibc

/// Candidates in order, and which of them cannot be told apart from the best.
///
/// Values of one candidate are of fresh processes, one value each: throughputs, samples per joule, anything positive of
/// which more is better. They are compared as logarithms with Welch's test. The best was chosen by looking at all
/// candidates, so every pair of them is a comparison that might have been made: Holm's correction runs over all pairs,
/// not only over those with the best. With it, candidates that are in truth equal are split in at most 5 % of rankings;
/// without, in up to 20 %.
public struct Ranking: Codable, Hashable, Sendable {
  /// All candidates with a value, the highest mean first; equal ones in the order in which they were given.
  public let entries: [Entry]
  /// The share of rankings of equal candidates in which any of them may be called worse.
  public let level: Double

  /// How a candidate stands to the best.
  public enum Standing: String, Codable, Hashable, Sendable {
    /// The highest mean.
    case best
    /// Not worse by more than chance may do.
    case tied
    /// Worse than the best.
    case worse
    /// It or the best has fewer than two values, so nobody knows: to be treated as a tie, and to be measured again.
    case unknown
  }

  /// One candidate.
  public struct Entry: Codable, Hashable, Sendable {
    /// Its place in the list that was ranked.
    public let index: Int
    /// Geometric mean of its values.
    public let mean: Double
    /// Values behind it.
    public let count: Int
    /// Its mean over the best one's; 1 for the best.
    public let share: Double
    /// How it stands to the best.
    public let standing: Standing
    /// The p-value against the best after Holm's correction; nil for the best and where nothing is known.
    public let p: Double?
  }

  /// Above this many candidates all p-values are multiplied by the number of pairs (Bonferroni): stricter than Holm's
  /// correction and so as honest, without a test of each of many thousand pairs.
  static let mostForHolm = 200

  /// Ranks candidates by their values.
  ///
  /// Candidates without a value, or with one that is not positive and finite, are left out.
  public init(_ candidates: [[Double]], level: Double = 0.05) {
    self.level = level
    let known = candidates.indices.compactMap { index -> Candidate? in Candidate(index, candidates[index]) }
      .sorted { ($0.mean, $1.index) > ($1.mean, $0.index) }
    guard let best = known.first else {
      entries = []
      return
    }
    let adjusted = Self.adjusted(known)
    entries = known.enumerated().map { rank, candidate in
      let p = rank == 0 ? nil : adjusted[rank - 1]
      let standing: Standing = rank == 0 ? .best : p.map { $0 < level ? .worse : .tied } ?? .unknown
      return Entry(
        index: candidate.index, mean: exp(candidate.mean), count: candidate.logarithms.count,
        share: exp(candidate.mean - best.mean), standing: standing, p: p)
    }
  }

  /// The best and all that may be as good.
  public var top: [Entry] { entries.filter { $0.standing != .worse } }

  private struct Candidate {
    let index: Int
    let logarithms: [Double]
    let mean: Double

    init?(_ index: Int, _ values: [Double]) {
      guard values.allSatisfy({ $0 > 0 && $0.isFinite }), let mean = Average.mean(values.map { log($0) }) else {
        return nil
      }
      self.index = index
      self.logarithms = values.map { log($0) }
      self.mean = mean
    }
  }

  /// p-values of all but the first against the first.
  private static func adjusted(_ candidates: [Candidate]) -> [Double?] {
    func p(_ a: Int, _ b: Int) -> Double? { WelchTest(candidates[a].logarithms, candidates[b].logarithms)?.p }
    let withBest = candidates.indices.dropFirst().map { p(0, $0) }
    // Pairs that cannot be tested are none.
    let testable = candidates.count { $0.logarithms.count >= 2 }
    guard testable <= mostForHolm else {
      let pairs = Double(testable) * Double(testable - 1) / 2
      return withBest.map { $0.map { min(1, $0 * pairs) } }
    }
    let others = candidates.indices.dropFirst().flatMap { a in
      candidates.indices.dropFirst(a + 1).compactMap { p(a, $0) }
    }
    let all = Holm.adjusted(withBest.compactMap { $0 } + others)
    var next = all.makeIterator()
    return withBest.map { $0 == nil ? nil : next.next() }
  }
}
