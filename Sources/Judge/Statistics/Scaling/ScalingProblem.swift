import Glibc

/// The least-squares problem behind the laws of scaling.
///
/// The time that one thread spends on a unit of work, t(n) = n / X(n), is linear in non-negative coefficients under
/// either law: t(n) = p + s n + k n (n - 1), where p is what runs in parallel, s what is serial and k what threads cost
/// each other. With p + s = 1 / X(1), sigma = s / (p + s) and kappa = k / (p + s) this is Gunther's law; k = 0 makes it
/// Amdahl's. So the weighted sum of squared relative errors, the sum over points of rounds * (1 - t_law /
/// t_measured)^2, is convex and has one least value that is found exactly: no start values, no iteration, nothing
/// random. All sums over points happen once, in an orthogonal decomposition to three rows; the profiles that intervals
/// are made of are then computed on these.
struct ScalingProblem {
  /// p, s and k.
  typealias Coefficients = SIMD3<Double>

  /// The most threads of a point.
  static let mostThreads = 1 << 20

  /// Merged points, ascending by threads.
  let points: [(threads: Int, rounds: Int, throughput: Double)]
  /// Rounds of all points.
  let count: Int
  /// Sum over rounds of the squared logarithm of throughput over the point's geometric mean.
  let scatter: Double
  /// Throughputs are divided by this, so that squares stay within range.
  let unit: Double
  /// Columns of the triangular factor, one for each coefficient, and the projected right side.
  private let columns: [SIMD3<Double>]
  private let target: SIMD3<Double>
  /// The misfit that no coefficients, not even negative ones, get below.
  private let floor: Double

  init(_ given: [ScalingPoint], parameters: Int) throws(ScalingFitRefusal) {
    var merged: [Int: [Double]] = [:]
    for point in given {
      guard (1...Self.mostThreads).contains(point.threads), !point.rounds.isEmpty,
        point.rounds.allSatisfy({ $0 > 0 && $0.isFinite })
      else { throw .badPoint(threads: point.threads) }
      merged[point.threads, default: []] += point.rounds.map { log($0) }
    }
    guard merged.count >= parameters else {
      throw .tooFewThreadCounts(found: merged.count, needed: parameters)
    }
    let sorted = merged.sorted { $0.key < $1.key }.map { (threads: $0.key, logarithms: $0.value) }
    let means = sorted.map { Average.mean($0.logarithms) ?? 0 }
    let centre = Average.mean(means) ?? 0
    guard means.allSatisfy({ abs($0 - centre) < 100 }) else { throw .outOfRange }
    unit = exp(centre)
    points = zip(sorted, means).map { ($0.threads, $0.logarithms.count, exp($1 - centre)) }
    hasThird = parameters > 2
    count = sorted.reduce(0) { $0 + $1.logarithms.count }
    scatter = zip(sorted, means).reduce(0) { sum, next in
      next.0.logarithms.reduce(sum) { $0 + ($1 - next.1) * ($1 - next.1) }
    }
    let rows = points.map { [hasThird] point -> (SIMD3<Double>, Double) in
      let (n, weight) = (Double(point.threads), Double(point.rounds).squareRoot())
      let perTime = weight * point.throughput / n
      return (SIMD3(perTime, n * perTime, hasThird ? n * (n - 1) * perTime : 0), weight)
    }
    (columns, target, floor) = Self.decomposed(rows, width: parameters)
  }

  /// Modified Gram-Schmidt on the columns and then on the right side.
  private static func decomposed(
    _ rows: [(SIMD3<Double>, Double)], width: Int
  ) -> (columns: [SIMD3<Double>], target: SIMD3<Double>, floor: Double) {
    var basis = (0..<width).map { column in rows.map { $0.0[column] } }
    var right = rows.map(\.1)
    var columns = Array(repeating: SIMD3<Double>(), count: 3)
    var target = SIMD3<Double>()
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for index in 0..<width {
      let length = dot(basis[index], basis[index]).squareRoot()
      columns[index][index] = length
      basis[index] = basis[index].map { $0 / length }
      for later in (index + 1)..<width {
        let part = dot(basis[index], basis[later])
        columns[later][index] = part
        basis[later] = zip(basis[later], basis[index]).map { $0 - part * $1 }
      }
      target[index] = dot(basis[index], right)
      right = zip(right, basis[index]).map { $0 - target[index] * $1 }
    }
    return (columns, target, dot(right, right))
  }

  /// The law's time of one thread for a unit of work.
  static func time(_ coefficients: Coefficients, _ threads: Double) -> Double {
    coefficients[0] + coefficients[1] * threads + coefficients[2] * threads * (threads - 1)
  }

  /// Whether k is part of the law.
  let hasThird: Bool

  /// The weighted sum of squared relative errors of a law.
  func misfit(_ coefficients: Coefficients) -> Double { floor + squared(image(coefficients) - target) }

  /// The least misfit of `fixed` plus non-negative multiples of `directions` (at most three), and where it is.
  func least(_ directions: [Coefficients], fixed: Coefficients = Coefficients()) -> (misfit: Double, at: Coefficients) {
    var best = (misfit: misfit(fixed), at: fixed)
    // With so few directions every set of positive ones can be tried; the least of the feasible ones is the minimum.
    for set in 1..<(1 << directions.count) {
      let chosen = directions.indices.filter { set & (1 << $0) != 0 }.map { directions[$0] }
      guard let factors = unconstrained(chosen, fixed: fixed), factors.allSatisfy({ $0 >= 0 }) else { continue }
      let at = zip(chosen, factors).reduce(fixed) { $0 + $1.0 * $1.1 }
      let value = misfit(at)
      if value < best.misfit { best = (value, at) }
    }
    return best
  }

  /// The multiples of directions with the least misfit, of either sign; nil where directions depend on each other.
  private func unconstrained(_ directions: [Coefficients], fixed: Coefficients = Coefficients()) -> [Double]? {
    let images = directions.map(image)
    var basis = images
    var right = target - image(fixed)
    var upper: [[Double]] = Array(repeating: Array(repeating: 0, count: images.count), count: images.count)
    var projected: [Double] = []
    for index in images.indices {
      for earlier in 0..<index {
        let part = (basis[earlier] * basis[index]).sum()
        upper[earlier][index] = part
        basis[index] -= part * basis[earlier]
      }
      let length = squared(basis[index]).squareRoot()
      guard length > 1e-13 * squared(images[index]).squareRoot() else { return nil }
      upper[index][index] = length
      basis[index] /= length
      let part = (basis[index] * right).sum()
      projected.append(part)
      right -= part * basis[index]
    }
    for index in images.indices.reversed() {
      for later in (index + 1)..<images.count { projected[index] -= upper[index][later] * projected[later] }
      projected[index] /= upper[index][index]
    }
    return projected
  }

  private func image(_ v: Coefficients) -> SIMD3<Double> { columns[0] * v[0] + columns[1] * v[1] + columns[2] * v[2] }

  private func squared(_ v: SIMD3<Double>) -> Double { (v * v).sum() }
}
