import Analysis
import Statistics

/// What fitted laws say, as sentences.
struct ScalingWords {
  let curve: ScalingCurve

  /// The laws, each with a lead.
  var notes: [(lead: String, text: String)] { [("Amdahl", amdahl), ("USL", universal)] }

  private var amdahl: String {
    switch curve.amdahl {
    case .refused(let reason): return reason
    case .fitted(let fit):
      var parts = ["σ \(Self.text(fit.sigma))"]
      let interval = fit.sigma.interval
      if let interval, (interval.upper ?? 1) - interval.lower > 0.5 {
        parts[0] += ": too uncertain to say where throughput ends"
      } else if fit.sigma.value > 0 {
        parts[0] += ": at most \(Figure.plain(1 / fit.sigma.value))× one thread, however many there are"
      } else {
        parts[0] += ": held at 0, throughput grows as fast as threads do, or faster"
      }
      return (parts + quality(fit.quality)).joined(separator: ". ") + "."
    }
  }

  private var universal: String {
    switch curve.universal {
    case .refused(let reason): return reason
    case .fitted(let fit):
      let held = fit.sigma.value == 0 ? " (held at 0)" : ""
      let parts = ["σ \(Self.text(fit.sigma))\(held), κ \(Self.text(fit.kappa))", knee(fit)] + quality(fit.quality)
      return parts.joined(separator: ". ") + "."
    }
  }

  private func knee(_ fit: UniversalScalabilityFit) -> String {
    let most = fit.quality.residuals.map(\.threads).max() ?? 1
    let range = "the measured range (1 to \(Figure.counted(most, "thread")))"
    guard let interval = fit.knee.interval else {
      let value = fit.knee.threads.map { "at \(Self.threads($0))" } ?? "nowhere"
      return "Throughput peaks \(value), with no interval: there are no more values than parameters"
    }
    guard let upper = interval.upper, let threads = fit.knee.threads else {
      return interval.lower > Double(most)
        ? "No knee within \(range): it lies beyond \(Self.threads(interval.lower)) threads, if anywhere (95 %)"
        : "No knee can be told within \(range): it may lie anywhere from "
          + "\(Self.threads(interval.lower)) threads on (95 %)"
    }
    let place =
      "the knee lies at \(Self.threads(threads)) threads (95 %: \(Self.threads(interval.lower)) to "
      + "\(Self.threads(upper)))"
    return threads > Double(most)
      ? "By extrapolation beyond \(range), \(place)" : "Throughput peaks within \(range): \(place)"
  }

  private func quality(_ quality: FitQuality) -> [String] {
    guard let largest = quality.largest else { return [] }
    let residual = "\(Figure.change(largest.relative)) at \(Figure.counted(largest.threads, "thread"))"
    switch quality.departs {
    case true?:
      return [
        "The points depart from the law by more than rounds scatter (most: \(residual)); intervals are "
          + "made of these departures"
      ]
    case false?: return ["Largest departure of a point: \(residual), no more than rounds scatter"]
    case nil: return ["Largest departure of a point: \(residual); whether the law holds cannot be seen from so few"]
    }
  }

  /// The estimate and its interval, for example `0.0488 [0.0458, 0.0517]`.
  static func text(_ parameter: FittedParameter) -> String {
    guard let interval = parameter.interval else { return small(parameter.value) }
    return "\(small(parameter.value)) [\(small(interval.lower)), \(interval.upper.map(small) ?? "∞")]"
  }

  /// Three significant digits: no interval is worth more.
  static func small(_ value: Double) -> String {
    guard value >= 0.0001 else { return value > 0 ? Figure.significant(value) : "0" }
    return Figure.fixed(value, value >= 1 ? 2 : value >= 0.1 ? 3 : value >= 0.01 ? 4 : value >= 0.001 ? 5 : 6)
  }

  static func threads(_ value: Double) -> String {
    value >= 100 ? Figure.fixed(value, 0) : Figure.fixed(value, 1)
  }
}
