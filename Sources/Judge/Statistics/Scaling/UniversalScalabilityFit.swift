/// The universal scalability law fitted to throughputs: X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)), with
/// sigma from 0 to 1 and kappa at least 0 (Gunther, Guerrilla Capacity Planning, 2007).
///
/// Fitted and judged as ``AmdahlFit`` is.
public struct UniversalScalabilityFit: Codable, Hashable, Sendable {
  /// Contention: the share of one thread's time that other threads do not shorten.
  public let sigma: FittedParameter
  /// Coherency: what each pair of threads costs, as a share of one thread's time.
  public let kappa: FittedParameter
  /// Throughput of one thread by the law.
  public let lambda: FittedParameter
  /// The threads beyond which throughput falls.
  public let knee: Knee
  /// How well the law holds.
  public let quality: FitQuality

  /// sqrt((1 - sigma) / kappa), where the law is at its highest; 1 where it falls from the first added thread.
  public struct Knee: Codable, Hashable, Sendable {
    /// Threads; nil where kappa is 0, so that throughput grows for ever or stays.
    public let threads: Double?
    /// What the data allow; without an upper end where kappa cannot be told apart from 0; nil as in
    /// ``FittedParameter``.
    public let interval: FitInterval?
  }

  /// Fits the law to points of at least three different thread counts; points of the same count are taken together.
  public init(_ points: [ScalingPoint]) throws(ScalingFitRefusal) {
    let fit = try ScalingFit(points, parameters: 3)
    sigma = fit.sigma
    kappa = fit.kappa
    lambda = fit.first
    knee = fit.knee
    quality = fit.quality
  }

  /// The law's throughput.
  public func throughput(threads: Double) -> Double {
    lambda.value * threads / (1 + sigma.value * (threads - 1) + kappa.value * threads * (threads - 1))
  }
}

extension ScalingFit {
  /// k / (p + s).
  fileprivate var kappa: FittedParameter {
    let value = optimum[2] / (optimum[0] + optimum[1])
    let most = Double(problem.points.last?.threads ?? 1)
    // A scale whose middle is the estimate, or what one would notice at the most threads.
    let middle = value > 0 ? value : 1 / (most * most)
    let interval = interval(
      around: value > 0 ? 0.5 : 0, value: { $0 == 1 ? .infinity : middle * $0 / (1 - $0) },
      misfit: {
        problem.least([SIMD3(1 - $0, 0, middle * $0), SIMD3(0, 1 - $0, middle * $0)]).misfit
      })
    return FittedParameter(value: value, interval: interval, isHeldAtLimit: value == 0)
  }

  /// sqrt(p / k), because (1 - sigma) / kappa = p / k.
  fileprivate var knee: UniversalScalabilityFit.Knee {
    let threads = optimum[2] > 0 ? (optimum[0] / optimum[2]).squareRoot() : nil
    let most = Double(problem.points.last?.threads ?? 1)
    let middle = threads.map { $0 > 0 ? $0 : 1 } ?? most
    let place = threads.map { $0 > 0 ? 0.5 : 0 } ?? 1
    let interval = interval(
      around: place, value: { $0 == 1 ? .infinity : max(1, middle * $0 / (1 - $0)) },
      misfit: { place in
        let (high, low) = (middle * place, 1 - place)
        return problem.least([SIMD3(high * high, 0, low * low), SIMD3(0, 1, 0)]).misfit
      })
    return UniversalScalabilityFit.Knee(threads: threads.map { max(1, $0) }, interval: interval)
  }
}
