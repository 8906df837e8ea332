// How long the arithmetic of comparisons and gates takes.
//
//   swift run -c release gate-arithmetic
//
// Goals: 10,000 BCa resamples of 1,000 pairs in under a second; two columns of a million samples compared in well under one.
import Glibc
import Statistics

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Sums of some logarithms of uniform numbers: skewed like latencies.
func latencies(_ count: Int, factor: Double, seed: UInt64) -> [Double] {
  var random = SeededRandom(seed: seed)
  func uniform() -> Double { (Double(random.next() >> 11) + 1) / 9_007_199_254_740_992 }
  return (0..<count).map { _ in factor * exp(-0.02 * (log(uniform()) + log(uniform()))) }
}

/// Runs something three times and prints the least time and what came of it.
func time<Result>(_ title: String, _ work: () -> Result) {
  var best = Double.infinity
  var result: Result?
  for _ in 0..<3 {
    let start = seconds()
    result = work()
    best = min(best, seconds() - start)
  }
  let padded = title + String(repeating: " ", count: max(0, 56 - title.count))
  print("\(padded)\((best * 1000).rounded()) ms   \(result.map { "\($0)" } ?? "")")
}

func percent(_ interval: Interval?) -> String {
  guard let interval else { return "no interval" }
  func rounded(_ value: Double) -> Double { (expm1(value) * 10_000).rounded() / 100 }
  return "\(rounded(interval.lower)) to \(rounded(interval.upper)) %"
}

let million = (latencies(1_000_000, factor: 1, seed: 1), latencies(1_000_000, factor: 1.01, seed: 2))
let pairs = zip(million.0.prefix(1000), million.1.prefix(1000)).map { log($1 / $0) }
for statistic in Bootstrap.Statistic.allCases {
  time("BCa, 10,000 resamples of 1,000 pairs, \(statistic.rawValue)") { percent(Bootstrap.bca(pairs, statistic)) }
}
time("unpaired effect, a million against a million") {
  percent(Effect.unpaired(base: million.0, candidate: million.1)?.interval)
}
time("paired effect of a million pairs") {
  percent(Effect.paired(base: million.0, candidate: million.1)?.interval)
}
// Clocks count in whole steps, so that most values of a column are equal to others.
let ticks = (million.0.map { ($0 * 1000).rounded() }, million.1.map { ($0 * 1000).rounded() })
time("unpaired effect of a million, in few distinct values") {
  percent(Effect.unpaired(base: ticks.0, candidate: ticks.1)?.interval)
}
if let rule = try? GateRule() {
  let family = (0..<500).map { cell -> GateComparison in
    let values = latencies(60, factor: 1, seed: UInt64(cell + 10)).map { log($0) }
    let effects = (0..<20).map { values[$0] - values[20 + $0] }
    let null = (0..<20).map { values[40 + $0] - values[20 + $0] }
    return GateComparison(id: "\(cell)", effects: effects, null: null)
  }
  time("a gate over 500 cells of 20 rounds") { rule.judge(family).verdict }
}
