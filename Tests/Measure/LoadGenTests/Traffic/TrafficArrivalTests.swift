import Testing

@testable import LoadGen

@Suite struct TrafficArrivalTests {
  private func arrivals(_ shape: ArrivalShape, rate: Double = 1000, count: Int, seed: UInt64 = 5) -> [Int64] {
    var settings = TestSettings(scenario: .server)
    settings.arrivals = shape
    settings.targetQPS = rate
    settings.seeds.schedule = seed
    var schedule = ArrivalSchedule(settings: settings)
    return (0..<count).map { _ in schedule.next() ?? -1 }
  }

  /// Gaps of a Poisson process have the mean and the standard deviation 1 / rate; with 100,000 of them both are within 5 of
  /// their standard errors (1 / sqrt(n), and about sqrt(2 / n) for the deviation of an exponential).
  @Test(arguments: [1, 2, 3], [3.5, 1000, 500_000])
  func poissonHasMeanAndVariance(seed: UInt64, rate: Double) {
    let due = arrivals(.poisson, rate: rate, count: 100_001, seed: seed)
    #expect(due[0] == 0)
    let gaps = zip(due.dropFirst(), due).map { Double($0 - $1) * rate / 1e9 }
    let mean = gaps.reduce(0, +) / 1e5
    let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5).squareRoot()
    // At 500,000 a second half a nanosecond is lost by truncation: 0.00025 of a gap.
    #expect(abs(mean - 1) < 5 * 0.00317)
    #expect(abs(deviation - 1) < 5 * 0.00448)
  }

  @Test func theSeedDecidesAndTheRateStretches() {
    let first = arrivals(.poisson, count: 100)
    #expect(first == arrivals(.poisson, count: 100))
    #expect(first != arrivals(.poisson, count: 100, seed: 6))
    let slow = arrivals(.poisson, rate: 500, count: 100)
    // Truncation loses less than 1 ns of every gap.
    #expect(zip(first, slow).enumerated().allSatisfy { abs($1.1 - 2 * $1.0) <= 2 * Int64($0) })
  }

  @Test func constantArrivalsDoNotDrift() {
    #expect(arrivals(.constant, rate: 3, count: 4) == [0, 333_333_333, 666_666_666, 1_000_000_000])
    #expect(arrivals(.constant, rate: 3, count: 3001).last == 1_000_000_000_000)
  }

  @Test func burstsKeepTheRate() {
    let step: Int64 = 4_000_000
    #expect(arrivals(.burst(size: 4), count: 9) == [0, 0, 0, 0, step, step, step, step, 2 * step])
  }

  /// Between 0 and 10 s the rate goes from 0.5 to 1.5 x 1,000: 10,000 are expected, of them 3,750 in the first half.
  @Test func aRampFollowsItsRate() {
    let due = arrivals(.ramp(from: 0.5, to: 1.5, over: 10_000_000_000), count: 30_000)
    #expect(zip(due, due.dropFirst()).allSatisfy { $0 <= $1 })
    let half = Double(due.count { $0 < 5_000_000_000 })
    let whole = Double(due.count { $0 < 10_000_000_000 })
    let after = Double(due.count { $0 >= 10_000_000_000 && $0 < 15_000_000_000 })
    // Five standard deviations of a Poisson count.
    #expect(abs(half - 3750) < 5 * 3750.0.squareRoot())
    #expect(abs(whole - 10_000) < 500)
    #expect(abs(after - 7500) < 5 * 7500.0.squareRoot())
  }

  @Test func aRampThatGoesNowhereIsPoisson() {
    // The same exponentials; sums are rounded differently.
    let flat = arrivals(.ramp(from: 1, to: 1, over: 1_000_000_000), count: 3000)
    let poisson = arrivals(.poisson, count: 3000)
    #expect(zip(flat, poisson).enumerated().allSatisfy { abs($1.0 - $1.1) <= Int64($0) + 1 })
    #expect(flat == arrivals(.ramp(from: 1, to: 1, over: 0), count: 3000))
  }

  @Test func aRampMayBeginAtNothingAndFall() {
    let rising = arrivals(.ramp(from: 0, to: 2, over: 10_000_000_000), count: 15_000)
    #expect(rising.count { $0 < 5_000_000_000 } < 3000)
    let falling = arrivals(.ramp(from: 2, to: 0.001, over: 10_000_000_000), count: 10_050)
    #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(abs(Double(falling.count { $0 < 5_000_000_000 }) - 7500) < 5 * 7500.0.squareRoot())
  }

  @Test func aTraceIsReplayedAndEnds() {
    #expect(arrivals(.replay([0, 5, 5, 9]), count: 6) == [0, 5, 5, 9, -1, -1])
  }

  @Test func timesBeyondAllClocksDoNotTrap() {
    let due = arrivals(.poisson, rate: 1e-9, count: 5)
    #expect(zip(due, due.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(arrivals(.constant, rate: 1e-12, count: 3).last == .max)
  }

  @Test(arguments: [
    ("poisson", ArrivalShape.poisson), ("constant", .constant), ("burst:10", .burst(size: 10)),
    ("ramp:0.5:2:60s", .ramp(from: 0.5, to: 2, over: 60_000_000_000)),
  ])
  func shapesAreRead(text: String, shape: ArrivalShape) throws {
    #expect(try ArrivalWords(text) == .shape(shape))
  }

  @Test(arguments: [
    "", "poisson:1", "burst", "burst:", "burst:0", "burst:1.5", "ramp:1:2", "ramp:a:2:1s", "ramp:1:2:3",
    "ramp:1:2:1s:4",
    "replay:", "replay", "Poisson", "burst:99999999999999999999",
  ])
  func otherWordsAreRefused(text: String) {
    #expect(throws: LoadSettingsError.self) { try ArrivalWords(text) }
  }

  @Test func tracesAreRead() throws {
    #expect(try ArrivalWords("replay:a:b.txt") == .trace(path: "a:b.txt"))
    #expect(
      try ArrivalShape(trace: "# seconds\r\n0\r\n 0.5 \n\n0.5\n1e-0")
        == .replay([0, 500_000_000, 500_000_000, 1_000_000_000]))
  }

  @Test(arguments: ["", "#", "1\n0.5", "x", "-1", "nan", "inf", "1e300", "0x"])
  func otherTracesAreRefused(text: String) {
    #expect(throws: LoadSettingsError.self) { try ArrivalShape(trace: text) }
  }
}
