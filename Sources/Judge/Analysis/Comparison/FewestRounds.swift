/// How many rounds an interval by ranks takes.
enum FewestRounds {
  /// The fewest rounds a side, or pairs, for which an interval of this confidence exists.
  ///
  /// The least two-sided p of n pairs is 2 / 2^n (Wilcoxon 1945), that of n values a side 2 / C(2n, n) (Mann and Whitney 1947).
  ///
  /// - Returns: nil for a confidence that more than 1000 rounds would not give.
  static func count(confidence: Double, isPaired: Bool) -> Int? {
    guard confidence < 1 else { return nil }
    var least = 2.0
    for rounds in 1...1000 {
      let n = Double(rounds)
      // C(2n, n) is C(2n - 2, n - 1) times 2 (2n - 1) / n.
      least /= isPaired ? 2 : 2 * (2 * n - 1) / n
      if least <= 1 - confidence { return rounds }
    }
    return nil
  }
}
