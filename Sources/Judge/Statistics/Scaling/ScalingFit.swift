/// What the fits of both laws share: the optimum, how well it fits, and intervals from profiles.
struct ScalingFit {
  let problem: ScalingProblem
  /// Coefficients of the optimum; p + s is above 0.
  let optimum: ScalingProblem.Coefficients
  let quality: FitQuality
  /// The misfit up to which a parameter's value is inside of its interval; nil where nothing says how much values
  /// scatter.
  private let acceptance: Double?

  static let confidence = 0.95

  /// - Parameter parameters: 2 for Amdahl's law, 3 for Gunther's.
  init(_ points: [ScalingPoint], parameters: Int) throws(ScalingFitRefusal) {
    problem = try ScalingProblem(points, parameters: parameters)
    let axes = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)].prefix(parameters)
    let best = problem.least(Array(axes))
    optimum = best.at
    guard optimum[0] + optimum[1] > 0 else { throw .noFirstThread }
    quality = FitQuality(problem, at: best, parameters: parameters)
    let t = StudentT.critical(confidence: Self.confidence, degrees: Double(quality.degrees))
    acceptance = quality.deviation.flatMap { deviation in
      t.map { best.misfit + deviation * deviation * $0 * $0 }
    }
    guard best.misfit.isFinite else { throw .outOfRange }
  }

  /// The interval of a parameter from its profile: all values for which the other parameters can be chosen so that the
  /// misfit stays within what noise explains. Not symmetric, and right at limits, where an estimate with a standard
  /// error is not.
  ///
  /// - Parameters:
  ///   - place: Where the estimate lies on a scale from 0 to 1, which holds all values of the parameter.
  ///   - value: The parameter at a place of the scale, growing; infinite for no end.
  ///   - misfit: The least misfit with the parameter held at a place of the scale. It falls up to the estimate and
  ///     grows after it, because sets of coefficients within a misfit are convex and parameters are ratios of
  ///     coefficients.
  func interval(
    around place: Double, value: (Double) -> Double, misfit: (Double) -> Double
  ) -> FitInterval? {
    guard let acceptance else { return nil }
    let upper = value(end(from: place, to: 1, acceptance, misfit))
    return FitInterval(
      lower: value(end(from: place, to: 0, acceptance, misfit)), upper: upper.isFinite ? upper : nil,
      confidence: Self.confidence)
  }

  private func end(
    from start: Double, to bound: Double, _ acceptance: Double, _ misfit: (Double) -> Double
  ) -> Double {
    if misfit(bound) <= acceptance { return bound }
    var (inside, outside) = (start, bound)
    while true {
      let middle = inside + (outside - inside) / 2
      guard middle != inside, middle != outside, abs(outside - inside) > 1e-10 else { return outside }
      if misfit(middle) <= acceptance { inside = middle } else { outside = middle }
    }
  }
}

extension ScalingFit {
  /// 1 / (p + s), in the unit of the points: throughput of one thread.
  var first: FittedParameter {
    let centre = optimum[0] + optimum[1]
    // Of the time a = 1 / X(1) on a scale that grows with throughput: a from infinity to 0.
    let interval = interval(
      around: 0.5, value: { $0 == 1 ? .infinity : problem.unit / (centre * (1 - $0) / $0) },
      misfit: { place in
        guard place > 0 else { return .infinity }
        let time = centre * (1 - place) / place
        // p = time - s: where the best s exceeds the time, the best of those allowed is s = time.
        let least = problem.least(directions([SIMD3(-1, 1, 0), SIMD3(0, 0, 1)]), fixed: SIMD3(time, 0, 0))
        return least.at[0] >= 0
          ? least.misfit : problem.least(directions([SIMD3(0, 0, 1)]), fixed: SIMD3(0, time, 0)).misfit
      })
    return FittedParameter(value: problem.unit / centre, interval: interval, isHeldAtLimit: false)
  }

  /// s / (p + s): the serial share.
  var sigma: FittedParameter {
    let value = optimum[1] / (optimum[0] + optimum[1])
    let interval = interval(
      around: value, value: { $0 },
      misfit: { problem.least(directions([SIMD3(1 - $0, $0, 0), SIMD3(0, 0, 1)])).misfit })
    return FittedParameter(
      value: value, interval: interval,
      isHeldAtLimit: value == 0 || value == 1)
  }

  /// Directions that the law has: k is none of Amdahl's.
  private func directions(_ all: [ScalingProblem.Coefficients]) -> [ScalingProblem.Coefficients] {
    problem.hasThird ? all : all.filter { $0[2] == 0 }
  }

  /// The law's throughput in the unit of the points.
  func throughput(_ threads: Double) -> Double { problem.unit * threads / ScalingProblem.time(optimum, threads) }
}
