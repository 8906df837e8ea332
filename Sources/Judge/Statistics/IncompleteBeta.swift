import Glibc

/// The regularised incomplete beta function.
public enum IncompleteBeta {
  /// I_x(a, b), the probability that a Beta(a, b) variable is below x.
  ///
  /// By the continued fraction of DLMF 8.17.22, evaluated with Lentz's method, and where both a and b are large, so that
  /// the fraction needs many terms, by quadrature of the integral, whose time does not grow. The relative error is below
  /// 1e-12 up to a, b = 1e9 wherever the value is no less than 1e-30.
  ///
  /// - Parameters:
  ///   - x: From 0 to 1.
  ///   - complement: 1 - x; a caller that knows it more exactly than the subtraction passes it.
  /// - Returns: nil outside the domain and where the fraction does not converge (one of a and b beyond about 1e8 and the
  ///   other small, close to the mean).
  public static func regularised(_ x: Double, complement: Double? = nil, a: Double, b: Double) -> Double? {
    let y = complement ?? 1 - x
    guard a > 0, b > 0, a.isFinite, b.isFinite, x >= 0, x <= 1, y >= 0, y <= 1 else { return nil }
    if x == 0 { return 0 }
    if y == 0 { return 1 }
    // Exact by symmetry, for callers that tell "below" from "equal".
    if x == y, a == b { return 0.5 }
    // Both ways converge fast on this side of the mean; the other side follows from I_x(a, b) = 1 - I_y(b, a).
    if x > (a + 1) / (a + b + 2) {
      return part(x: y, y: x, a: b, b: a).map { 1 - $0 }
    }
    return part(x: x, y: y, a: a, b: b)
  }

  /// x^a (1-x)^b / (a B(a, b)): by how much I_x(a, b) exceeds I_x(a + 1, b) (DLMF 8.17.20).
  ///
  /// Computed from the distance between x and the mean with Stirling's corrections (C. Loader, Fast and accurate
  /// computation of binomial probabilities, 2000), because log-gammas of large arguments cancel.
  ///
  /// - Returns: nil outside the domain of ``regularised(_:complement:a:b:)`` and at its ends.
  public static func step(_ x: Double, complement: Double? = nil, a: Double, b: Double) -> Double? {
    let y = complement ?? 1 - x
    guard a > 0, b > 0, a.isFinite, b.isFinite, x > 0, x < 1, y > 0, y < 1 else { return nil }
    return step(x: x, y: y, a: a, b: b)
  }

  private static func step(x: Double, y: Double, a: Double, b: Double) -> Double {
    let n = a + b
    let distance = distance(a, b, x: x, y: y)
    let deviance =
      a * LogExcess.value(-distance / a, ratio: n * x / a) + b * LogExcess.value(distance / b, ratio: n * y / b)
    let corrections = Stirling.correction(n) - Stirling.correction(a) - Stirling.correction(b)
    return exp(corrections - deviance) * (b / (2 * .pi * a * n)).squareRoot()
  }

  /// a - (a + b) x without cancellation, from whichever of x and y = 1 - x is smaller and so known more exactly.
  static func distance(_ a: Double, _ b: Double, x: Double, y: Double) -> Double {
    x <= y ? a.addingProduct(-(a + b), x) : (-b).addingProduct(a + b, y)
  }

  private static func part(x: Double, y: Double, a: Double, b: Double) -> Double? {
    let step = step(x: x, y: y, a: a, b: b)
    if min(a, b) >= BetaQuadrature.leastParameter {
      return step * a / (x * y) * BetaQuadrature.integral(below: x, y: y, a: a, b: b)
    }
    return continuedFraction(x: x, a: a, b: b).map { step * $0 }
  }

  /// Lentz's method on 1 / (1 + d1 / (1 + d2 / (1 + ...))).
  private static func continuedFraction(x: Double, a: Double, b: Double) -> Double? {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...20_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      let factor = c * d
      result *= factor
      if abs(factor - 1) < 1e-15 { return result.isFinite ? result : nil }
    }
    return nil
  }
}
