import Glibc

/// How the probability of a false alarm is shared out over looks that were fixed beforehand: how much of it may be spent by the
/// time that a given share of the rounds is there (Lan and DeMets 1983).
public enum AlphaSpending: String, Codable, CaseIterable, Hashable, Sendable {
  /// 2 - 2 Phi(z(alpha/2) / sqrt(t)): next to nothing early, nearly all of it at the end, as the bounds of O'Brien and Fleming.
  case obrienFleming = "obrien-fleming"
  /// alpha ln(1 + (e - 1) t): nearly evenly, as the bounds of Pocock; stops earlier on large effects and sees less at the end.
  case pocock

  /// What may have been spent when the share `t` of all rounds is there: 0 at 0, `alpha` from 1 on.
  public func spent(_ t: Double, alpha: Double) -> Double {
    guard t > 0, alpha > 0, alpha < 1 else { return 0 }
    guard t < 1 else { return alpha }
    switch self {
    case .obrienFleming:
      guard let z = Normal.quantile(alpha / 2) else { return 0 }
      return min(alpha, 2 * Normal.below(z / t.squareRoot()))
    case .pocock: return min(alpha, alpha * log1p((M_E - 1) * t))
    }
  }
}
