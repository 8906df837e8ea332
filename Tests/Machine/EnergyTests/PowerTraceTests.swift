import Testing

@testable import Energy

private let second: Int64 = 1_000_000_000

@Suite("PowerTrace") struct PowerTraceTests {
  private static func traits(
    _ quantity: MeterTraits.Quantity, updateInterval: Double = 0.001, resolution: Double = 0, relativeError: Double = 0
  ) -> MeterTraits {
    MeterTraits(
      channels: [.init("supply", quantity, resolution: resolution)], scope: .machine, updateInterval: updateInterval,
      relativeError: relativeError)
  }

  private static let counter = MeterTraits.Quantity.counter(joules: 1, range: .max, mostWatts: 10_000)

  /// A trace of readings at times in seconds.
  private static func trace(
    _ traits: MeterTraits, period: Double = 1, _ readings: [(Double, Double)]
  ) -> PowerTrace {
    var trace = PowerTrace(source: "meter", traits: traits, period: period)
    for (seconds, value) in readings {
      let time = Int64((seconds * 1e9).rounded())
      let isCounter = if case .counter = traits.channels[0].quantity { true } else { false }
      let sample = MeterSample(values: [isCounter ? .count(UInt64(value)) : .watts(value)])
      trace.add(sample, from: time, to: time)
    }
    return trace
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

  @Test("Both ends of a window are interpolated")
  func interpolation() throws {
    // 100 W, then 300 W from 2 s on.
    let trace = Self.trace(
      Self.traits(Self.counter, updateInterval: 0), [(0, 0), (1, 100), (2, 200), (3, 500), (4, 800)])
    for (begin, end, joules) in [(0.5, 1.5, 100.0), (0.25, 3.75, 0.75 * 100 + 100 + 300 + 0.75 * 300), (2.5, 2.75, 75)]
    {
      let energy = try #require(trace.energy(from: Self.nanoseconds(begin), to: Self.nanoseconds(end)).measured)
      #expect(abs(energy.joules - joules) < 1e-6)
      #expect(abs(energy.seconds - (end - begin)) < 1e-9)
    }
  }

  /// By hand. In the interval from 1 to 2 s 200 J were counted, and the powers around are 100 to 300 W. Half of it has at least
  /// max(100 x 0.5, 200 - 300 x 0.5) = 50 J and at most min(300 x 0.5, 200 - 100 x 0.5) = 150 J, while 100 J are told.
  @Test("How wrong interpolation can be follows from the powers around the ends")
  func spread() throws {
    let trace = Self.trace(
      Self.traits(Self.counter, updateInterval: 0), [(0, 0), (1, 100), (2, 300), (3, 600), (4, 900)])
    let energy = try #require(trace.energy(from: Self.nanoseconds(1.5), to: 4 * second).measured)
    #expect(abs(energy.joules - 700) < 1e-6)
    #expect(abs(energy.uncertaintyJoules - 50) < 1e-6)
    // Even power leaves nothing open, and neither do windows that end at readings.
    let even = Self.trace(Self.traits(Self.counter, updateInterval: 0), [(0, 0), (1, 100), (2, 200), (3, 300)])
    #expect(
      try #require(even.energy(from: Self.nanoseconds(0.5), to: Self.nanoseconds(2.5)).measured).uncertaintyJoules
        < 1e-9)
    #expect(try #require(trace.energy(from: second, to: 3 * second).measured).uncertaintyJoules < 1e-9)
  }

  /// Of what happens between two readings only the mean is seen. A step that hides in there can take the energy of a window
  /// beyond what is told, by at most a quarter of the interval at the highest power, at either end; it seldom does.
  @Test("Curves with steps lie within the uncertainty that is told of their readings")
  func holds() throws {
    var (windows, outside) = (0, 0)
    for seed in 1...60 {
      var random = SplitMix(UInt64(seed))
      var steps: [(until: Double, watts: Double)] = []
      while (steps.last?.until ?? 0) < 40 {
        steps.append(((steps.last?.until ?? 0) + 0.02 + 3 * random.next(), 20 + 400 * random.next()))
      }
      func joules(_ seconds: Double) -> Double {
        var (sum, from) = (0.0, 0.0)
        for (until, watts) in steps where from < seconds {
          sum += (min(until, seconds) - from) * watts
          from = until
        }
        return sum
      }
      let fine = MeterTraits.Quantity.counter(joules: 1e-6, range: .max, mostWatts: 10_000)
      var trace = PowerTrace(source: "meter", traits: Self.traits(fine, resolution: 1e-6), period: 0.05)
      for reading in 0...760 {
        let time = Double(reading) * 0.05
        // The counter is up to an update old.
        let told = UInt64(joules(max(0, time - 0.001 * random.next())) * 1e6)
        trace.add(MeterSample(values: [.count(told)]), from: Self.nanoseconds(time), to: Self.nanoseconds(time))
      }
      for _ in 0..<20 {
        let begin = 20 * random.next()
        let end = begin + 0.1 + 15 * random.next()
        let energy = try #require(trace.energy(from: Self.nanoseconds(begin), to: Self.nanoseconds(end)).measured)
        let error = abs(energy.joules - (joules(end) - joules(begin)))
        windows += 1
        outside += error > energy.uncertaintyJoules ? 1 : 0
        #expect(error <= energy.uncertaintyJoules + 2 * 0.05 * 420 / 4)
        if end - begin > 5 { #expect(energy.uncertaintyJoules < 0.05 * energy.joules) }
      }
    }
    #expect(windows == 1200)
    #expect(outside <= windows / 100, "\(outside)")
  }

  private struct SplitMix {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
    }
  }

  @Test("Power of the moment is integrated by trapezoids, mean power by rectangles")
  func power() throws {
    let readings = [(0.0, 100.0), (1, 200), (2, 200), (3, 100)]
    let moment = Self.trace(Self.traits(.power, updateInterval: 0.1), readings)
    #expect(abs(try #require(moment.energy(from: 0, to: 3 * second).measured).joules - 500) < 1e-9)
    let mean = Self.trace(Self.traits(.meanPower, updateInterval: 0.1), readings)
    #expect(abs(try #require(mean.energy(from: 0, to: 3 * second).measured).joules - 500) < 1e-9)
    #expect(abs(try #require(mean.energy(from: 0, to: second).measured).joules - 200) < 1e-9)
    #expect(abs(try #require(moment.energy(from: 0, to: second).measured).joules - 150) < 1e-9)
  }

  @Test("Steps of the values and what the meter says of itself are part of the uncertainty")
  func stated() throws {
    let watts = Self.trace(
      Self.traits(.power, updateInterval: 0, resolution: 2, relativeError: 0.01), (0...10).map { (Double($0), 100) })
    // Half a step of 2 W over 10 s, and 1 % of 1000 J.
    #expect(abs(try #require(watts.energy(from: 0, to: 10 * second).measured).uncertaintyJoules - 20) < 1e-9)
    // Even power that is a second late is right all the same; a step of 100 W moves by that second, and it may have been half a
    // second off the middle of the readings that it was between.
    let late = Self.trace(Self.traits(.power, updateInterval: 1), (0...10).map { (Double($0), 100) })
    #expect(try #require(late.energy(from: 0, to: 10 * second).measured).uncertaintyJoules < 1e-9)
    let step = Self.trace(Self.traits(.power, updateInterval: 1), (0...10).map { (Double($0), $0 < 5 ? 100 : 200) })
    #expect(abs(try #require(step.energy(from: 0, to: 10 * second).measured).uncertaintyJoules - 150) < 1e-9)
    // A counter lacks an update at either end.
    let counter = Self.trace(
      Self.traits(Self.counter, updateInterval: 0.01, resolution: 1), (0...10).map { (Double($0), Double($0 * 100)) })
    #expect(abs(try #require(counter.energy(from: 0, to: 10 * second).measured).uncertaintyJoules - (2 + 1)) < 1e-9)
  }

  @Test("What power does between two readings is open within a window too, and less so the more there are")
  func unseen() throws {
    // Up by 100 W and down again: 2 x (100 W x 0.5 s)^2, though both ends are even.
    let pulse = Self.trace(
      Self.traits(.power, updateInterval: 0), (0...10).map { (Double($0), $0 == 5 ? 200 : 100) })
    let energy = try #require(pulse.energy(from: 0, to: 10 * second).measured)
    #expect(abs(energy.uncertaintyJoules - 5000.0.squareRoot()) < 1e-9)
    #expect(try #require(pulse.energy(from: 6 * second, to: 10 * second).measured).uncertaintyJoules < 1e-9)
    #expect(try #require(pulse.energy(from: 0, to: 4 * second).measured).uncertaintyJoules < 1e-9)
    // Means that say when they were taken and follow each other miss nothing; where one is missing, its time is open.
    func means(_ seconds: [Double]) -> PowerTrace {
      var trace = PowerTrace(source: "meter", traits: Self.traits(.meanPower, updateInterval: 1), period: 1)
      for time in seconds {
        let sample = MeterSample(time: Self.nanoseconds(time), values: [.watts((5..<6).contains(time) ? 200 : 100)])
        trace.add(sample, from: Self.nanoseconds(time), to: Self.nanoseconds(time))
      }
      return trace
    }
    let even = means((0...10).map { Double($0) })
    #expect(try #require(even.energy(from: 0, to: 10 * second).measured).uncertaintyJoules < 1e-9)
    let missed = means([0, 1, 2, 3, 5, 6, 7, 8, 9, 10])
    #expect(abs(try #require(missed.energy(from: 0, to: 10 * second).measured).uncertaintyJoules - 50) < 1e-9)
    // What a gap loses, however long, hides none of it.
    let late = Self.trace(
      Self.traits(.power, updateInterval: 0), [(0, 900_000)] + (0...10).map { (Double($0) + 1e9, $0 == 5 ? 200 : 100) })
    let after = try #require(late.energy(from: Self.nanoseconds(1e9), to: Self.nanoseconds(1e9 + 10)).measured)
    #expect(abs(after.uncertaintyJoules - 5000.0.squareRoot()) < 1e-9)
    // A counter misses nothing.
    let counter = Self.trace(
      Self.traits(Self.counter, updateInterval: 0), (0...10).map { (Double($0), Double($0 * 100 + ($0 > 4 ? 100 : 0))) }
    )
    #expect(try #require(counter.energy(from: 0, to: 10 * second).measured).uncertaintyJoules < 1e-9)
  }

  @Test("A reading that takes long does not know its moment")
  func blur() throws {
    var trace = PowerTrace(source: "meter", traits: Self.traits(.power, updateInterval: 0), period: 1)
    for reading in 0...10 as ClosedRange<Int64> {
      trace.add(MeterSample(values: [.watts(100)]), from: reading * second, to: reading * second + second / 5)
    }
    let energy = try #require(trace.energy(from: second, to: 9 * second).measured)
    // 0.1 s at 100 W, at either end.
    #expect(abs(energy.uncertaintyJoules - 20) < 1e-9)
  }

  @Test("Windows too short for the meter say so, and how long they should be")
  func tooShort() {
    let trace = Self.trace(Self.traits(.power, updateInterval: 1), (0...10).map { (Double($0), 100) })
    let reason = trace.energy(from: second, to: second + 1_900_000_000).reason
    #expect(reason?.contains("window of 1900 ms is too short for meter") == true)
    #expect(reason?.contains("measure for 2200 ms or longer.") == true)
    #expect(trace.energy(from: second, to: 3 * second).measured != nil)
    // Nor is one told whose uncertainty is as large as it is.
    let coarse = Self.trace(Self.traits(Self.counter, resolution: 500), (0...10).map { (Double($0), Double($0 * 100)) })
    #expect(coarse.energy(from: second, to: 3 * second).reason?.contains("as large as the energy") == true)
    #expect(coarse.energy(from: second, to: 9 * second).measured != nil)
  }

  @Test("A gap makes power unavailable, and a counter goes on counting")
  func gaps() throws {
    let power = Self.trace(Self.traits(.power, updateInterval: 0.1), [(0, 100), (1, 100), (5, 100), (6, 100)])
    #expect(power.energy(from: 0, to: 6 * second).reason == "meter was not read for 4 s.")
    #expect(power.events.map(\.kind) == [.gap])
    #expect(power.energy(from: 5 * second, to: 6 * second).measured?.joules == 100)
    #expect(power.energy(from: 0, to: second).measured?.joules == 100)
    let counter = Self.trace(Self.traits(Self.counter), [(0, 0), (1, 100), (5, 500), (6, 600)])
    #expect(counter.energy(from: 0, to: 6 * second).measured?.joules == 600)
    #expect(counter.events.map(\.kind) == [.gap])
  }

  @Test("What a window over a machine's sleep took is not known")
  func sleep() {
    var trace = Self.trace(Self.traits(Self.counter), [(0, 0), (1, 100)])
    trace.add(MeterSample(values: [.count(200)]), from: 2 * second, to: 2 * second, slept: 3600)
    trace.add(MeterSample(values: [.count(300)]), from: 3 * second, to: 3 * second)
    #expect(
      trace.energy(from: 0, to: 3 * second).reason == "The machine slept for 3600 s, during which nothing was read.")
    #expect(trace.events.map(\.kind) == [.suspend])
    #expect(trace.energy(from: 2 * second, to: 3 * second).measured?.joules == 100)
  }

  @Test("Windows longer than what was read are unavailable")
  func outside() {
    let trace = Self.trace(Self.traits(.power, updateInterval: 0.1), (1...3).map { (Double($0), 100) })
    #expect(trace.energy(from: 0, to: 2 * second).reason == "meter was not read for 1 s of the window.")
    #expect(
      trace.energy(from: 2 * second, to: Self.nanoseconds(3.5)).reason == "meter was not read for 0.5 s of the window.")
    #expect(
      PowerTrace(source: "meter", traits: Self.traits(.power), period: 1).energy(from: 0, to: second).reason
        == "meter was not read.")
  }

  @Test(
    "What makes no sense is left out and told", arguments: [Double.nan, .infinity, -1, 1e9] as [Double])
  func nonsense(watts: Double) {
    var trace = Self.trace(Self.traits(.power, updateInterval: 0.1), [(0, 100)])
    trace.add(MeterSample(values: [.watts(watts)]), from: second, to: second)
    trace.add(MeterSample(values: []), from: second, to: second)
    #expect(trace.events.map(\.kind) == [.fault])
    trace.add(MeterSample(values: [.watts(100)]), from: second, to: second)
    #expect(trace.energy(from: 0, to: second).measured?.joules == 100)
    // 0 W is no machine.
    let idle = Self.trace(Self.traits(.power, updateInterval: 0.1), (0...3).map { (Double($0), 0) })
    #expect(idle.energy(from: 0, to: 3 * second).reason?.contains("0 W") == true)
  }

  @Test(
    "A counter that stops loses what is used until it goes on, and nothing before or after", arguments: [false, true])
  func standstill(makesUp: Bool) throws {
    // 100 W; nothing new from 1.5 s to 2.5 s.
    let fine = MeterTraits.Quantity.counter(joules: 1e-3, range: .max, mostWatts: 10_000)
    let trace = Self.trace(
      Self.traits(fine), period: 0.05,
      (0...80).map { reading in
        let seconds = Double(reading) * 0.05
        return (seconds, 1e5 * (seconds < 1.5 ? seconds : seconds <= 2.5 ? 1.5 : makesUp ? seconds : seconds - 1))
      })
    func energy(_ begin: Double, _ end: Double) -> EnergyReading {
      trace.energy(from: Self.nanoseconds(begin), to: Self.nanoseconds(end))
    }
    #expect(trace.events.map(\.kind) == [.standstill])
    for (begin, end) in [(0.0, 4.0), (1, 1.6), (1.7, 2.2), (2.4, 3), (2.52, 3), (1, 3)] {
      let reason = energy(begin, end).reason
      #expect(reason?.hasPrefix("The counter supply of meter did not advance for more than 0.5 s") == true, "\(begin)")
    }
    #expect(abs(try #require(energy(0, 1.4).measured).joules - 140) < 1e-6)
    #expect(abs(try #require(energy(2.6, 4).measured).joules - 140) < 1e-6)
  }

  @Test("A counter that may have stopped before a window's end makes it less certain, as long as that is not sure")
  func restingEnd() throws {
    // 100 W; nothing new after 2 s, and no reading that makes it sure.
    let fine = MeterTraits.Quantity.counter(joules: 1e-3, range: .max, mostWatts: 10_000)
    let trace = Self.trace(
      Self.traits(fine, resolution: 0.5), period: 0.05,
      (0...42).map { (Double($0) * 0.05, 1e5 * min(Double($0) * 0.05, 2)) })
    #expect(trace.events.isEmpty)
    let energy = try #require(trace.energy(from: second, to: Self.nanoseconds(2.08)).measured)
    #expect(abs(energy.joules - 100) < 1e-6)
    #expect(energy.uncertaintyJoules >= 8)
    // Beyond the step, which is always reckoned with: 8 J - 0.5 J.
    let before = try #require(trace.energy(from: second, to: 2 * second).measured)
    #expect(abs(energy.uncertaintyJoules - before.uncertaintyJoules - 7.5) < 0.2)
  }

  @Test("Powers too small for a machine say so, and never 0 J")
  func tiny() {
    for watts in [1e-300, 1e-9, 9e-4] {
      let trace = Self.trace(
        Self.traits(.power, updateInterval: 0.1, resolution: watts), (0...3).map { (Double($0), watts) })
      #expect(
        trace.energy(from: 0, to: 3 * second).reason
          == "meter says less than 1 mW, which no running machine draws, so it does not work here.")
    }
    let small = Self.trace(Self.traits(.power, updateInterval: 0.001, resolution: 3), (0...3).map { (Double($0), 1) })
    let reason = small.energy(from: 0, to: 2_000_000).reason
    #expect(reason?.contains("as large as the energy") == true && reason?.contains("0 J") == false)
  }

  @Test("Counters that take their time are not taken for such that stop")
  func slowCounters() {
    // 5 W in steps of 1 J, looked at 20 times a second; 1.2 W, once a second; and 0.5 W in fine steps.
    let coarse = (0...200).map { (Double($0) * 0.05, (Double($0) * 0.25).rounded(.down)) }
    #expect(Self.trace(Self.traits(Self.counter, resolution: 1), period: 0.05, coarse).events.isEmpty)
    let seldom = (0...50).map { (Double($0), (Double($0) * 1.2).rounded(.down)) }
    #expect(Self.trace(Self.traits(Self.counter, resolution: 1), seldom).events.isEmpty)
    let fine = MeterTraits.Quantity.counter(joules: 1e-6, range: .max, mostWatts: 1000)
    let memory = (0...200).map { (Double($0) * 0.05, (Double($0) * 0.025 / 61e-6).rounded(.down) * 61) }
    #expect(Self.trace(Self.traits(fine, resolution: 61e-6), period: 0.05, memory).events.isEmpty)
    // Power may stay the same, and so may what is not counted.
    #expect(Self.trace(Self.traits(.power), (0...50).map { (Double($0), 100) }).events.isEmpty)
    var traits = Self.traits(Self.counter)
    traits.channels[0].isCounted = false
    #expect(Self.trace(traits, (0...50).map { (Double($0), 7) }).events.isEmpty)
  }

  @Test("Readings that come twice or out of order count once")
  func order() {
    var trace = Self.trace(
      Self.traits(.power, updateInterval: 0.1), [(0, 100), (1, 100), (1, 900), (0.5, 900), (2, 100)])
    #expect(trace.energy(from: 0, to: 2 * second).measured?.joules == 200)
    // A stream has moments of its own.
    trace.add(MeterSample(time: 3 * second, values: [.watts(300)]), from: 9 * second, to: 9 * second)
    #expect(trace.energy(from: 2 * second, to: 3 * second).measured?.joules == 200)
  }

  @Test("What is forgotten changes no window that begins later")
  func forgetting() {
    let readings = (0...1000).map { (Double($0) / 20, Double($0 * $0)) }
    let whole = Self.trace(Self.traits(Self.counter), period: 0.05, readings)
    var part = whole
    part.forget(before: 30 * second)
    #expect(part.points.count < 420)
    for begin in [Int64(30), 31, 45] {
      let window = (begin * second + 12_345_678, begin * second + 4_987_654_321)
      #expect(part.energy(from: window.0, to: window.1) == whole.energy(from: window.0, to: window.1))
    }
    #expect(part.energy(from: 10 * second, to: 40 * second).measured == nil)
  }
}
