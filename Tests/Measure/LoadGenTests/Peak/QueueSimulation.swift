import Foundation
import LoadGen

/// A server with random arrivals, simulated query by query, as something whose peak is to be found.
struct QueueSimulation {
  /// How queries are served.
  enum Service {
    /// Servers that take a fixed time for each query: M/D/c.
    case fixed(servers: Int, seconds: Double)
    /// Servers that take a time with an exponential distribution: M/M/c.
    case exponential(servers: Int, seconds: Double)
    /// One server that takes what waits, up to a limit, in a time with a fixed part.
    case batch(limit: Int, fixed: Double, each: Double)
  }

  var service: Service
  /// The bound of latency, seconds.
  var bound: Double
  /// Stalls of this many seconds, at random, this many seconds apart on average.
  var stall: (seconds: Double, every: Double)?
  private(set) var random: SplitMix

  init(_ service: Service, bound: Double, stall: (seconds: Double, every: Double)? = nil, seed: UInt64) {
    self.service = service
    self.bound = bound
    self.stall = stall
    random = SplitMix(state: seed)
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  struct SplitMix {
    var state: UInt64
    mutating func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 9_007_199_254_740_992
    }
    mutating func exponential(_ mean: Double) -> Double { -log(uniform()) * mean }
  }

  /// Makes a run as a harness would: until the step's end, or until its monitor has decided.
  mutating func run(_ step: PeakStep, _ plan: PeakPlan) -> PeakRun {
    var monitor = step.monitor
    var look = monitor.interval
    var tick = PeakTick(queries: 0, over: 0)
    var decided: (PeakMonitor.Look, Double)?
    let (rule, bound) = (EarlyStopping(percentile: plan.percentile), bound)
    simulate(rate: step.rate) { arrival, latency in
      // What is known at a look: queries that are answered, or late already.
      while arrival > look - bound, arrival > 0, decided == nil {
        let said = monitor.look(tick)
        if said != .undecided { decided = (said, look) }
        look += monitor.interval
      }
      guard decided == nil, arrival < step.seconds || tick.queries < step.minQueries else { return false }
      tick.queries += 1
      if latency > bound { tick.over += 1 }
      return true
    }
    if let (said, time) = decided { return PeakRun(step: step, tick: tick, end: .decided(said), seconds: time) }
    let isValid = rule?.allowedOver(of: tick.queries).map { tick.over <= $0 } ?? false
    return PeakRun(step: step, tick: tick, end: .ended(isValid: isValid), seconds: step.seconds)
  }

  /// The share of over-latency queries of a long run.
  mutating func share(rate: Double, queries: Int) -> Double {
    let bound = bound
    var (count, over) = (0, 0)
    simulate(rate: rate) { _, latency in
      count += 1
      if latency > bound { over += 1 }
      return count < queries
    }
    return Double(over) / Double(count)
  }

  /// Calls `each` with the arrival and the latency of one query after the other, in seconds, until it says false.
  private mutating func simulate(rate: Double, _ each: (Double, Double) -> Bool) {
    var random = SplitMix(state: random.state &+ 1)
    defer { self.random = random }
    var arrival = 0.0
    var nextStall = stall.map { random.exponential($0.every) } ?? .infinity
    var stallEnd = 0.0
    /// When work that would begin at a time can begin.
    func begin(_ time: Double) -> Double {
      while time >= nextStall {
        stallEnd = nextStall + (stall?.seconds ?? 0)
        nextStall = stallEnd + random.exponential(stall?.every ?? .infinity)
      }
      return max(time, stallEnd)
    }
    switch service {
    case .fixed(let servers, let seconds), .exponential(let servers, let seconds):
      var free = [Double](repeating: 0, count: servers)
      let isFixed = if case .fixed = service { true } else { false }
      while true {
        var first = 0
        for server in 1..<max(servers, 1) where free[server] < free[first] { first = server }
        let start = begin(max(arrival, free[first]))
        free[first] = start + (isFixed ? seconds : random.exponential(seconds))
        guard each(arrival, free[first] - arrival) else { return }
        arrival += random.exponential(1 / rate)
      }
    case .batch(let limit, let fixed, let seconds):
      var batch: [Double] = []
      var free = 0.0
      while true {
        let start = begin(max(arrival, free))
        batch.removeAll(keepingCapacity: true)
        while arrival <= start, batch.count < limit {
          batch.append(arrival)
          arrival += random.exponential(1 / rate)
        }
        free = start + fixed + Double(batch.count) * seconds
        for query in batch { guard each(query, free - query) else { return } }
      }
    }
  }
}
