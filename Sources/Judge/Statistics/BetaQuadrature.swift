import Glibc

/// The integral of a beta density below a point, for large parameters, where the density is all but a bell curve.
enum BetaQuadrature {
  /// Parameters from here on: the bell is then so narrow that the series of ``LogExcess`` reach over it.
  static let leastParameter = 1000.0

  /// The integral of u^(a-1) (1-u)^(b-1) for u from 0 to x, over its integrand at x.
  ///
  /// By Gauss-Legendre quadrature of 32 nodes (DLMF 3.5(v)) over the part in which the integrand is more than 1e-18 of what
  /// it is at x.
  ///
  /// - Parameters:
  ///   - x: At most about the mean, a / (a + b).
  ///   - y: 1 - x.
  static func integral(below x: Double, y: Double, a: Double, b: Double) -> Double {
    let (left, right) = (a - 1, b - 1)
    // The logarithm of the integrand at x - s falls like slope s + curvature s^2 / 2.
    let slope = IncompleteBeta.distance(left, right, x: x, y: y) / (x * y)
    let curvature = left / (x * x) + right / (y * y)
    let reach = 2 * exponentRange / (slope + (slope * slope + 2 * curvature * exponentRange).squareRoot())
    // Not beyond where the series hold; there the integrand has long vanished.
    let length = min(reach, LogExcess.range * x, LogExcess.range * y)
    func integrand(_ s: Double) -> Double {
      exp(-(slope * s + left * LogExcess.series(-s / x) + right * LogExcess.series(s / y)))
    }
    let half = length / 2
    return half
      * nodes.reduce(0) { sum, node in
        sum + node.weight * (integrand(half * (1 - node.position)) + integrand(half * (1 + node.position)))
      }
  }

  /// The integrand is followed down to exp of minus this.
  private static let exponentRange = 42.0

  private static let nodes: [(position: Double, weight: Double)] = [
    (0.048307665687738316, 0.096540088514727801), (0.14447196158279649, 0.095638720079274859),
    (0.23928736225213707, 0.093844399080804566), (0.33186860228212765, 0.091173878695763885),
    (0.42135127613063535, 0.087652093004403811), (0.50689990893222939, 0.083311924226946755),
    (0.58771575724076233, 0.078193895787070306), (0.6630442669302152, 0.072345794108848506),
    (0.73218211874028968, 0.065822222776361847), (0.79448379596794241, 0.058684093478535547),
    (0.84936761373256997, 0.050998059262376176), (0.89632115576605212, 0.042835898022226681),
    (0.93490607593773969, 0.034273862913021433), (0.96476225558750643, 0.025392065309262059),
    (0.98561151154526834, 0.016274394730905671), (0.99726386184948156, 0.0070186100094700966),
  ]
}
