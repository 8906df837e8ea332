import Energy
import Records

/// The figures of a load line: watts and samples a joule at each step, and two over all of them.
public struct LoadLineScore: Codable, Hashable, Sendable {
  /// Figures of the steps, in their order.
  public let steps: [Step]
  /// Samples a joule over all steps, active idle among them: the sum of throughputs over the sum of powers, as SPECpower's
  /// overall ssj_ops/watt; unavailable where a step has no power.
  public let overall: Provenance<Bounded, Bounded>
  /// How far power follows load: 1 - (A - A_ideal) / A_ideal, where A is the area below power over load, both as shares of
  /// those at full load, and A_ideal = 1/2 that of a machine that draws in proportion. 1 is proportional, 0 draws full power always.
  ///
  /// Source: Ryckbosch, Polfliet, Eeckhout, "Trends in Server Energy Proportionality", IEEE Computer 44(9), 2011.
  public let proportionality: Provenance<Bounded, Bounded>

  /// A figure with its bounds.
  public struct Bounded: Codable, Hashable, Sendable {
    /// The figure.
    public let value: Double
    /// Its lower bound.
    public let lower: Double
    /// Its upper bound.
    public let upper: Double
    /// The meter or the model.
    public let source: String
  }

  /// One step.
  public struct Step: Codable, Hashable, Sendable {
    /// The share of the maximum.
    public let load: Double
    /// Watts.
    public let watts: Provenance<Bounded, Bounded>
    /// Samples a joule; unavailable for active idle, which has none.
    public let samplesPerJoule: Provenance<Bounded, Bounded>
  }

  /// Computes the figures.
  public init(_ line: LoadLine) {
    // One meter for all of the line; a model only where nothing was measured at all.
    let readings = line.steps.map(\.readings)
    let source = EnergyReadings.commonSource(of: readings) ?? readings.lazy.flatMap(\.measuredSources).first
    let watts = zip(line.steps, readings).map { step, readings in
      Self.watts(
        source.map {
          readings.reading(of: $0) ?? readings.whyUnavailable
            ?? .unavailable(reason: "\($0), which told other steps, did not tell this one.")
        } ?? step.energy, seconds: step.seconds)
    }
    steps = zip(line.steps, watts).map { step, watts in
      Step(
        load: step.load, watts: watts,
        samplesPerJoule: step.load > 0
          ? Self.map([watts]) { power in step.completed / power[0] }
          : .unavailable(reason: "Active idle has no samples."))
    }
    let throughput = line.steps.reduce(0) { $0 + $1.completed }
    overall = Self.map(watts) { power in throughput / power.reduce(0, +) }
    proportionality = Self.proportionality(line.steps, watts)
  }

  private static func watts(_ energy: EnergyReading, seconds: Double) -> Provenance<Bounded, Bounded> {
    switch energy {
    case .measured(let energy):
      return .measured(
        Bounded(
          value: energy.joules / energy.seconds,
          lower: max(0, energy.joules - energy.uncertaintyJoules) / energy.seconds,
          upper: (energy.joules + energy.uncertaintyJoules) / energy.seconds, source: energy.source))
    case .modelled(let energy):
      return .modelled(
        Bounded(
          value: energy.joules / seconds, lower: energy.lower / seconds, upper: energy.upper / seconds,
          source: energy.model))
    case .unavailable(let reason): return .unavailable(reason: reason)
    }
  }

  private static func proportionality(
    _ steps: [LoadLine.Step], _ watts: [Provenance<Bounded, Bounded>]
  ) -> Provenance<Bounded, Bounded> {
    guard let full = steps.indices.max(by: { steps[$0].load < steps[$1].load }),
      steps.contains(where: { $0.load == 0 }),
      steps[full].load > 0
    else { return .unavailable(reason: "Proportionality needs full load and active idle.") }
    let order = steps.indices.sorted { steps[$0].load < steps[$1].load }
    return map(watts) { power in
      // By trapezoids over the loads that were asked for.
      var area = 0.0
      for (left, right) in zip(order, order.dropFirst()) {
        area +=
          (power[left] + power[right]) / 2 / power[full] * (steps[right].load - steps[left].load) / steps[full].load
      }
      return 1 - (area - 0.5) / 0.5
    }
  }

  /// A figure of powers, which have to be of one kind and source. Its bounds are those with each power at the end that moves it
  /// there: readings of one meter err alike, so that they do not cancel. The figure grows or falls throughout with each power.
  private static func map(
    _ powers: [Provenance<Bounded, Bounded>], _ figure: ([Double]) -> Double
  ) -> Provenance<Bounded, Bounded> {
    var known: [Bounded] = []
    var isModelled: Set<Bool> = []
    for power in powers {
      switch power {
      case .measured(let bounded):
        known.append(bounded)
        isModelled.insert(false)
      case .modelled(let bounded):
        known.append(bounded)
        isModelled.insert(true)
      case .unavailable(let reason): return .unavailable(reason: reason)
      }
    }
    guard let first = known.first, isModelled.count == 1, known.allSatisfy({ $0.source == first.source }) else {
      return .unavailable(reason: "The steps were not all told by one meter.")
    }
    let values = known.map(\.value)
    guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return .unavailable(reason: "\(first.source) told no power of a step.")
    }
    let value = figure(values)
    var (lowest, highest) = (values, values)
    for (place, power) in known.enumerated() {
      let ends = [power.lower, power.upper].map { max($0, .leastNormalMagnitude) }
      let figures = ends.map { end -> Double in
        var changed = values
        changed[place] = end
        return figure(changed)
      }
      (lowest[place], highest[place]) = figures[0] < figures[1] ? (ends[0], ends[1]) : (ends[1], ends[0])
    }
    let bounded = Bounded(
      value: value, lower: min(value, figure(lowest)), upper: max(value, figure(highest)), source: first.source)
    return isModelled.contains(true) ? .modelled(bounded) : .measured(bounded)
  }
}
