import Foundation
import NumericFormats
import Sweeps
import Topology

/// SplitMix64, so that simulated runs are the same everywhere.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0xD1B5_4A32_D192_ED03 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Between 0 and 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal (Box and Muller).
  mutating func normal() -> Double { (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit()) }
}

/// A machine whose true throughput and latency are known: threads of an instance scale by the universal scalability law,
/// instances share bandwidth, batches pay off up to a point. Rounds are disturbed, and so are processes and loads.
struct SimulatedMachine {
  let plan: SweepPlan
  /// Standard deviation of a round and of a process, as log ratios.
  var roundNoise = 0.02
  var processNoise = 0.007
  /// One round in so many is slowed down by up to 30 %.
  var disturbed = 0.05
  /// How many times the estimate loading takes.
  var loadFactor = 1.0
  /// USL: contention and coherency.
  var sigma = 0.04
  var kappa = 0.0008
  private var random: TestRandom
  private var processLevel: [Int: Double] = [:]
  /// Canaries and visits that ran, in order.
  private(set) var events: [SweepEvent] = []
  private(set) var fresh: [Int: Int] = [:]

  init(plan: SweepPlan, seed: UInt64) {
    self.plan = plan
    // Another machine for every seed, of the same kind.
    var random = TestRandom(seed)
    sigma = 0.01 + 0.08 * random.unit()
    kappa = 0.004 * random.unit() * random.unit()
    peculiarity = plan.layouts.map { _ in 0.06 * random.normal() }
    self.random = random
  }

  /// What each layout is better or worse by for reasons of its own.
  private let peculiarity: [Double]

  static func cost(_ cell: SweepCell, _ layout: SweepLayout) -> SweepCost {
    SweepCost(load: 0.5, warmUp: 0.3, round: 1, bytes: 200_000_000 * layout.instances)
  }

  /// Samples per second without noise.
  func throughput(_ cell: SweepCell) -> Double {
    let layout = plan.layout(of: cell)
    let threads = Double(layout.threads)
    let speedUp = threads / (1 + sigma * (threads - 1) + kappa * threads * (threads - 1))
    let instances = Double(layout.instances)
    let sharing = instances / (1 + 0.01 * (instances - 1))
    let batch = Double(cell.batch)
    let batching = batch / (batch + 1.5) / (1 + 0.004 * batch)
    let precision = cell.precision == .int8 ? 3.0 : cell.precision == .bf16 ? 1.7 : 1
    let smt = layout.smt == .siblings ? 0.6 : 1
    return 40 * speedUp * sharing * batching * precision * smt * exp(peculiarity[cell.layout])
  }

  /// Seconds of an inference without noise.
  func latency(_ cell: SweepCell) -> Double {
    Double(cell.batch * plan.layout(of: cell).instances) / throughput(cell)
  }

  func outcome(_ cell: SweepCell, _ level: Double, disturbance: Double = 0) -> SweepOutcome {
    let slow = exp(-level) * (1 + disturbance)
    let latency = latency(cell) * slow
    let watts = 40 + 6 * Double(plan.layout(of: cell).instances * plan.layout(of: cell).threads)
    let throughput = throughput(cell) / slow
    return SweepOutcome(
      throughput: throughput, p50: latency, p99: latency * 1.1, joulesPerSample: watts / throughput)
  }

  /// The score of a cell without noise.
  func truth(_ cell: SweepCell, _ goal: SweepGoal) -> SweepScore? { goal.score(of: outcome(cell, 0)) }

  mutating func run(_ step: SweepBlock.Step) -> SweepEvent {
    guard case .visit(let visit) = step else { return note(.canary(seconds: 0.08 + 0.03 * random.unit())) }
    let cell = plan.cells[visit.cell]
    let cost = Self.cost(cell, plan.layout(of: cell))
    var load = 0.0
    var warmUp = 0.0
    if visit.isFresh {
      load = cost.load * loadFactor * exp(0.1 * random.normal())
      warmUp = cost.warmUp * exp(0.1 * random.normal())
      processLevel[visit.cell] = processNoise * random.normal()
      fresh[visit.cell, default: 0] += 1
    }
    var rounds: [SweepOutcome] = []
    for _ in 0..<visit.rounds {
      let level = (processLevel[visit.cell] ?? 0) + roundNoise * random.normal()
      let outcome = outcome(cell, level, disturbance: random.unit() < disturbed ? 0.3 * random.unit() : 0)
      rounds.append(outcome)
      if let limit = visit.stopsAboveMedian, outcome.p50 > limit { break }
    }
    let seconds = load + warmUp + Double(rounds.count) * 1.01 + (visit.isFresh ? 0 : 0.04)
    return note(
      .visit(
        SweepVisitResult(
          cell: visit.cell, rounds: rounds, seconds: seconds, loadSeconds: load, warmUpSeconds: warmUp)))
  }

  private mutating func note(_ event: SweepEvent) -> SweepEvent {
    events.append(event)
    return event
  }

  /// Runs a sweep to its end, or until `count` events happened.
  mutating func run(_ sweep: inout SuccessiveHalving, events count: Int = .max) throws {
    while events.count < count, let step = sweep.next()?.steps.first { try sweep.record(run(step)) }
  }
}

/// Plans for made-up machines.
enum Examples {
  static func plan(
    _ synthetic: String, lists: SweepLists = SweepLists(), goal: SweepGoal = .throughput
  ) throws -> SweepPlan {
    let topology = try Topology.discover(source: .synthetic(synthetic))
    return try SweepPlanner.plan(SweepSpace(topology: topology, lists: lists, goal: goal), on: topology)
  }
}
