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
    let watts = line.steps.map { Self.watts($0) }
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

  private static func watts(_ step: LoadLine.Step) -> Provenance<Bounded, Bounded> {
    switch step.energy {
    case .measured(let energy):
      let seconds = energy.seconds
      return .measured(
        Bounded(
          value: energy.joules / seconds, lower: max(0, energy.joules - energy.uncertaintyJoules) / seconds,
          upper: (energy.joules + energy.uncertaintyJoules) / seconds, source: energy.source))
    case .modelled(let energy):
      return .modelled(
        Bounded(
          value: energy.joules / step.seconds, lower: energy.lower / step.seconds, upper: energy.upper / step.seconds,
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

  /// A figure of powers, which have to be of one kind and source. Its bounds are those of each power's taken alone, added up:
  /// readings of one meter err alike, so that they do not cancel.
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
    // A model's bounds need not be evenly apart.
    var (below, above) = (0.0, 0.0)
    for (place, power) in known.enumerated() {
      let ends = [power.lower, power.upper].map { end -> Double in
        var changed = values
        changed[place] = max(end, .leastNormalMagnitude)
        return figure(changed) - value
      }
      below += max(0, -(ends.min() ?? 0))
      above += max(0, ends.max() ?? 0)
    }
    let bounded = Bounded(value: value, lower: value - below, upper: value + above, source: first.source)
    return isModelled.contains(true) ? .modelled(bounded) : .measured(bounded)
  }
}
