import Testing

@testable import Energy

@Suite("PTDaemonClock")
struct PTDaemonClockTests {
  private static let second: Int64 = 1_000_000_000
  /// How far the other clock is ahead.
  private static let ahead: Int64 = 1_673_352_000 * second

  @Test(
    "Samples are placed by the shortest way of late, which is soon found when questions come a little faster than samples"
  )
  func shortestWay() {
    var clock = PTDaemonClock()
    var asked: Int64 = 0
    var worst: [Int64] = []
    var given: Int64 = 0
    for poll in 1...60 {
      let now = Int64(poll) * 900_000_000 + 370_000_000
      let taken = (given + 1)..<(now / Self.second + 1)
      // The samples are taken at full seconds.
      guard
        case .placed(let times) = clock.place(
          taken.map { $0 * Self.second + Self.ahead }, asked: asked, arrived: now, interval: 1)
      else {
        Issue.record("not placed")
        return
      }
      for (time, truth) in zip(times, taken) { worst.append(abs(time - truth * Self.second)) }
      given = max(given, now / Self.second)
      asked = now
    }
    // Never off by more than a question's distance, and by less than a tenth of it as soon as ten were asked.
    #expect((worst.max() ?? .max) <= 900_000_000)
    #expect((worst.dropFirst(10).max() ?? .max) <= 100_000_000)
    #expect(worst.count > 50)
  }

  @Test("Many samples of one answer are a second apart, the last one just before it came")
  func catchingUp() {
    var clock = PTDaemonClock()
    let stamps = (1...5).map { Self.ahead + Int64($0) * Self.second }
    let placed = clock.place(stamps, asked: 0, arrived: 5_200_000_000, interval: 1)
    #expect(placed == .placed((1...5).map { Int64($0) * Self.second + 200_000_000 }))
  }

  @Test("No sample is placed before the question in whose answer it was missing, nor after its own answer")
  func bounds() {
    var clock = PTDaemonClock()
    #expect(clock.place([Self.ahead], asked: 0, arrived: Self.second, interval: 1) == .placed([Self.second]))
    // The other clock lost 0.4 s.
    #expect(
      clock.place([Self.ahead + 600_000_000], asked: 1_900_000_000, arrived: 2_000_000_000, interval: 1)
        == .placed([1_900_000_000]))
    // And won 0.9 s.
    #expect(
      clock.place([Self.ahead + 2_500_000_000], asked: 2_900_000_000, arrived: 3_000_000_000, interval: 1)
        == .placed([3_000_000_000]))
  }

  @Test("Moments ascend, also where an answer shows that the one before was slow")
  func ascending() {
    var clock = PTDaemonClock()
    #expect(clock.place([Self.ahead], asked: 0, arrived: 2_000_000_000, interval: 1) == .placed([2_000_000_000]))
    #expect(
      clock.place(
        [Self.ahead + 100_000_000, Self.ahead + 1_000_000_000], asked: 1_990_000_000, arrived: 2_050_000_000,
        interval: 1)
        == .placed([2_000_000_001, 2_050_000_000]))
  }

  @Test(
    "Jumps of the other clock are told, and placing begins anew", arguments: [3600, -3600, 2.5, -7.25, 1e9] as [Double])
  func jumps(seconds: Double) {
    var clock = PTDaemonClock()
    for place in 1...5 {
      let time = Int64(place) * Self.second
      _ = clock.place([Self.ahead + time], asked: time - Self.second, arrived: time, interval: 1)
    }
    let jump = Int64(seconds * 1e9)
    guard
      case .jumped(let told) = clock.place(
        [Self.ahead + 6 * Self.second + jump], asked: 5 * Self.second, arrived: 6 * Self.second, interval: 1)
    else {
      Issue.record("not noticed")
      return
    }
    #expect(abs(told - seconds) <= 2)
    #expect(
      clock.place([Self.ahead + 7 * Self.second + jump], asked: 6 * Self.second, arrived: 7 * Self.second, interval: 1)
        == .placed([7 * Self.second]))
  }

  @Test("A sample that is given again is no new one")
  func again() {
    var clock = PTDaemonClock()
    _ = clock.place([Self.ahead], asked: 0, arrived: Self.second, interval: 1)
    #expect(clock.place([Self.ahead], asked: Self.second, arrived: 2 * Self.second, interval: 1) == .jumped(-1))
  }

  @Test("More samples than there were seconds are refused")
  func tooMany() {
    var clock = PTDaemonClock()
    let stamps = (0..<4).map { Self.ahead + Int64($0) }
    #expect(clock.place(stamps, asked: 0, arrived: Self.second, interval: 1) == .tooMany)
  }

  @Test("The last and the first times that can be written do not overflow")
  func extremes() {
    for (first, second) in [
      ("01-01-1970 00:00:00.000", "12-31-2200 23:59:60.999"), ("12-31-2200 23:59:60.999", "01-01-1970 00:00:00"),
    ] {
      var clock = PTDaemonClock()
      let stamps = [first, second].compactMap { PTDaemonAnswers.sample("Time,\($0),Watts,1")?.stamp }
      #expect(stamps.count == 2)
      _ = clock.place([stamps[0]], asked: .max / 100 - Self.second, arrived: .max / 100, interval: 1)
      guard case .jumped = clock.place([stamps[1]], asked: .max / 100, arrived: .max / 100 + Self.second, interval: 1)
      else {
        Issue.record("not noticed")
        return
      }
    }
  }
}
