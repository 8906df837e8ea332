import Glibc

extension GateRule {
  /// The smallest true effect, as a ratio less 1, that the last look calls a regression in at least 80 % of gates with this
  /// noise.
  ///
  /// The signed-rank bound is shift equivariant: an effect moves it by itself. So with noise alone the lower bound is drawn
  /// again and again, and the effect must lift all but a fifth of these bounds above the limit. Noise is drawn from the
  /// differences of the null arm with signs at random, as the order in a round gives them.
  ///
  /// A few differences know little of how far noise reaches, and an effect computed from them as if they were all there is
  /// would be seen less often than stated. Three corrections: each draw first redraws the null itself, which adds what the
  /// differences do not know of their own distribution; the share aimed at is above 80 %; and bounds are widened by a factor
  /// for the number of differences. Simulation over heavy tails, drift, dependence and two modes (in the tests) shows at least
  /// 80 %.
  ///
  /// - Parameters:
  ///   - null: ln(A2/A1) of rounds; values that are not finite are left out.
  ///   - limit: The practical limit, as a ratio less 1.
  ///   - family: Comparisons that may fail the gate; the last look must reject with its level shared over all of them.
  ///   - resamples: Bounds that are drawn, up to 4,000.
  ///   - seed: The same seed gives the same result.
  /// - Returns: nil for fewer than 6 differences, for a limit that is negative or not finite, and where the last look has too
  ///   few rounds to call anything a regression.
  public func minimumDetectableEffect(
    null: [Double], limit: Double, family: Int = 1, resamples: Int = 400, seed: UInt64 = 1
  ) -> Double? {
    let differences = null.filter(\.isFinite)
    guard differences.count >= Self.leastRounds, limit >= 0, limit.isFinite, (1...4000).contains(resamples),
      let rounds = looks.last, let last = plan(family: family).last,
      let rank = SignedRank.rejected(rounds, level: last.level / Double(max(1, family)))
    else { return nil }
    let bounds = NoiseBounds(differences, rounds: rounds, rank: rank, resamples: resamples, seed: seed)
    let reach = bounds.reach(share: Self.aimedPower) * (1 + Self.widening / Double(differences.count))
    let effect = expm1(log1p(limit) + max(0, reach))
    return effect.isFinite ? effect : nil
  }

  /// The share of gates that is aimed at, so that 80 % are reached.
  static let aimedPower = 0.81
  /// Bounds are widened by this over the number of differences of the null.
  static let widening = 2.5
}
