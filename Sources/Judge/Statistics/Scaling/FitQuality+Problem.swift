extension FitQuality {
  init(
    _ problem: ScalingProblem, at best: (misfit: Double, at: ScalingProblem.Coefficients), parameters: Int
  ) {
    residuals = problem.points.map { point in
      let n = Double(point.threads)
      return Residual(
        threads: point.threads, relative: point.throughput * ScalingProblem.time(best.at, n) / n - 1)
    }
    let spare = problem.points.count - parameters
    let repeats = problem.count - problem.points.count
    roundDeviation = repeats > 0 ? (problem.scatter / Double(repeats)).squareRoot() : nil
    // Rounding leaves a misfit of about this where points lie on the law.
    let misfit = best.misfit < 1e-24 * Double(problem.count) ? 0 : best.misfit
    if spare > 0, repeats > 0 {
      let expected = problem.scatter / Double(repeats)
      let f = misfit == 0 ? 0 : misfit / Double(spare) / expected
      lackOfFit = FisherF.upperTail(f, numerator: Double(spare), denominator: Double(repeats))
    } else {
      lackOfFit = nil
    }
    // Points that depart from the law do not become exact by more rounds: then only points say how far the law is off.
    let isOff = lackOfFit.map { $0 < Self.level } ?? false
    degrees = isOff ? spare : problem.count - parameters
    let sum = isOff ? misfit : misfit + problem.scatter
    deviation = degrees > 0 ? (sum / Double(degrees)).squareRoot() : nil
  }
}
