import NumericFormats
import Records
import Statistics
import Topology

extension ScalingCurve {
  /// A cell that may be a point.
  struct Candidate {
    let summary: CellSummary
    let scenario: Scenario
    let throughput: CellSummary.Throughput
    let usesSiblings: Bool
    let isMarked: Bool

    var placement: Placement { summary.cell.placement }

    /// nil for what has no throughput (emulated, failed), several instances or shared PUs.
    init?(_ summary: CellSummary, marks: [PlacementMark], topology: Topology) {
      guard let throughput = summary.throughput, throughput.mean > 0, throughput.mean.isFinite,
        case .performance(let scenario) = summary.cell.measurement, summary.cell.placement.instances.count == 1,
        summary.cell.placement.threads >= 1, !summary.cell.placement.isOversubscribed
      else { return nil }
      self.summary = summary
      self.scenario = scenario
      self.throughput = throughput
      usesSiblings = topology.hasSiblings(among: summary.cell.placement.pus)
      isMarked = !marks.isEmpty
    }

    /// Whether two cells differ in nothing but where they run.
    func isAlike(_ other: Candidate) -> Bool {
      let (a, b) = (summary.cell, other.summary.cell)
      return a.workload == b.workload && a.precision == b.precision && a.engine == b.engine && a.batch == b.batch
        && a.measurement == b.measurement && a.contract == b.contract && a.calibration == b.calibration
        && a.calibrationSamples == b.calibrationSamples && a.ranges == b.ranges && a.assignment == b.assignment
        && a.blasThreads == b.blasThreads && placement.memory == other.placement.memory
    }
  }

  /// Curves that begin with one thread, in order of appearance.
  ///
  /// In a sweep the cells of its ladder make the curves; in other runs cells with the same words do, and one thread is
  /// one thread whatever the words are.
  static func all(of candidates: [Candidate], ladder: [String] = []) -> [ScalingCurve] {
    let isLadder = !ladder.isEmpty
    let members = isLadder ? candidates.filter { ladder.contains($0.summary.id) } : candidates
    var families: [[Candidate]] = []
    for candidate in members {
      let index = families.firstIndex { family in
        family[0].isAlike(candidate) && (isLadder || family[0].placement.words == candidate.placement.words)
      }
      if let index { families[index].append(candidate) } else { families.append([candidate]) }
    }
    return families.compactMap { family in
      var family = family
      if !family.contains(where: { $0.placement.threads == 1 }) {
        guard let single = members.first(where: { $0.placement.threads == 1 && $0.isAlike(family[0]) }) else {
          return nil
        }
        family.append(single)
      } else if !isLadder, family.allSatisfy({ $0.placement.threads == 1 }), family[0].placement.words != nil,
        members.contains(where: { $0.placement.threads > 1 && $0.isAlike(family[0]) })
      {
        // One thread under words of its own is part of the other curves.
        return nil
      }
      return ScalingCurve(family, isLadder: isLadder)
    }
  }

  private init?(_ family: [Candidate], isLadder: Bool) {
    let sorted = family.sorted { $0.placement.threads < $1.placement.threads }
    guard let first = sorted.first, first.placement.threads == 1, !first.isMarked, let largest = sorted.last else {
      return nil
    }
    workload = first.summary.cell.workload
    precision = first.summary.cell.precision
    engine = first.summary.cell.engine
    batch = first.summary.cell.batch
    scenario = first.scenario
    words = isLadder ? nil : largest.placement.words
    memory = first.placement.memory
    let wholeCores = sorted.count { !$0.usesSiblings && $0.placement.threads > 1 }
    points = sorted.indices.map { index in
      let candidate = sorted[index]
      return Point(
        candidate, after: index == 0 ? nil : sorted[index - 1], base: first.throughput.mean,
        isFitted: !candidate.isMarked && (!candidate.usesSiblings || wholeCores == 0))
    }
    let fitted = points.filter(\.isFitted).map {
      ScalingPoint(threads: $0.threads, rounds: $0.throughput.processes)
    }
    amdahl = LawOutcome { () throws(ScalingFitRefusal) in try AmdahlFit(fitted) }
    universal = LawOutcome { () throws(ScalingFitRefusal) in try UniversalScalabilityFit(fitted) }
  }
}

extension ScalingCurve.Point {
  fileprivate init(
    _ candidate: ScalingCurve.Candidate, after previous: ScalingCurve.Candidate?, base: Double, isFitted: Bool
  ) {
    id = candidate.summary.id
    threads = candidate.placement.threads
    throughput = candidate.throughput
    speedUp = candidate.throughput.mean / base
    efficiency = speedUp / Double(threads)
    gain = previous.flatMap { ScalingCurve.MarginalGain(from: $0, to: candidate, base: base) }
    usesSiblings = candidate.usesSiblings
    isMarked = candidate.isMarked
    self.isFitted = isFitted
  }
}

extension ScalingCurve.MarginalGain {
  /// nil where no thread was added.
  fileprivate init?(from low: ScalingCurve.Candidate, to high: ScalingCurve.Candidate, base: Double) {
    let added = Double(high.placement.threads - low.placement.threads)
    guard added > 0 else { return nil }
    perThread = (high.throughput.mean - low.throughput.mean) / added
    share = perThread / base
    let (before, after) = (low.throughput.processes, high.throughput.processes)
    interval = WelchTest(after, before)?.interval().map {
      Interval(
        lower: $0.lower / added, upper: $0.upper / added, confidence: 0.95, count: before.count + after.count)
    }
  }
}

extension Topology {
  /// Whether some core has two of the PUs.
  func hasSiblings(among pus: [Int]) -> Bool {
    let chosen = Set(pus)
    return cores.contains { $0.pus.count { chosen.contains($0) } > 1 }
  }
}
