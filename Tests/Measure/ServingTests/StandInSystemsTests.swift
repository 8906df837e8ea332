import CLinux
import Testing

@testable import LoadGen
@testable import Serving

@Suite(.timeLimit(.minutes(2))) struct StandInSystemsTests {
  /// What a stand-in did with single samples and one query of several.
  private struct Account: Equatable, CustomStringConvertible {
    var completed: Int
    var failed = 0
    var duplicates = 0
    var unknown = 0
    var outstanding = 0

    var description: String {
      "\(completed) completed, \(failed) failed, \(duplicates) twice, \(unknown) unknown, \(outstanding) outstanding"
    }
  }

  private func account(of driver: Driver) -> Account {
    let faults = driver.responses.faults
    return Account(
      completed: driver.responses.completed, failed: faults.failed, duplicates: faults.duplicates,
      unknown: faults.unknown, outstanding: driver.responses.outstanding)
  }

  /// 10 queries of one sample and one of 10.
  @Test(arguments: [
    ("null", Account(completed: 20), 0), ("spin:1us", Account(completed: 20), 0),
    ("sleep:1us", Account(completed: 20), 0), ("sleep:10us:3", Account(completed: 20), 0),
    ("stall:every=5,for=1ms,service=1us", Account(completed: 20), 0),
    ("batcher:fixed=10us,each=1us,max=4,wait=1ms,instances=2", Account(completed: 20), 0),
    ("reorder:8", Account(completed: 20), 0), ("noise", Account(completed: 20), 0),
    ("cache:1us", Account(completed: 20), 0),
    ("silent", Account(completed: 0, outstanding: 20), 20),
    ("silent:every=3", Account(completed: 14, outstanding: 6), 6),
    ("twice", Account(completed: 20, duplicates: 20), 0), ("twice:every=7", Account(completed: 20, duplicates: 2), 0),
    ("fail:every=6", Account(completed: 17, failed: 3), 0),
    ("unknown:every=4", Account(completed: 20, unknown: 5), 0),
  ])
  private func eachDoesWhatItSays(words: String, expected: Account, left: Int) throws {
    let system = try StandIn(words).system()
    #expect(system.name == "stand-in \(words)")
    let driver = try Driver(room: 1024)
    for index in 0..<Int32(10) { try driver.issue([index], to: system) }
    try driver.issue((0..<10).map { $0 }, to: system)
    system.flush()
    driver.waitForAnswers(butFor: left)
    #expect(account(of: driver) == expected)
  }

  @Test func refusedQueriesAreThrownWhole() throws {
    let system = try StandIn("throw:every=4").system()
    let driver = try Driver(room: 1024)
    for number in 1...12 {
      var isRefused = false
      do throws(SystemFault) { try driver.issue([0], to: system) } catch { isRefused = true }
      #expect(isRefused == (number % 4 == 0))
    }
    #expect(throws: SystemFault.self) { try driver.issue(Array(repeating: 0, count: 4), to: system) }
    #expect(driver.responses.completed == 9)
    // 5 samples of which the third would be the 20th.
    let another = try StandIn("throw:every=4").system()
    try driver.issue([0], to: another)
    #expect(throws: SystemFault.self) { try driver.issue(Array(repeating: 0, count: 5), to: another) }
  }

  @Test func heldSamplesAreAnsweredAtTheEnd() throws {
    let system = try StandIn("hold").system()
    let driver = try Driver(room: 1024)
    try driver.issue([1, 2], to: system)
    try driver.issue([3], to: system)
    #expect(driver.responses.outstanding == 3)
    system.flush()
    #expect(account(of: driver) == Account(completed: 3))
    system.flush()
    #expect(account(of: driver) == Account(completed: 3))
  }

  @Test func aBlockEndsNothing() throws {
    let standIn = try StandIn("block:after=2")
    let system = try #require(try standIn.system() as? FaultySystem)
    let driver = try Driver(room: 1024)
    try driver.issue([1], to: system)
    try driver.issue([2], to: system)
    #expect(driver.responses.outstanding == 0)
    let task = Blocked(system, driver)
    var thread = clinux_thread()
    let started = clinux_thread_start(
      { context in Unmanaged<Blocked>.fromOpaque(context!).takeUnretainedValue().run() },
      Unmanaged.passUnretained(task).toOpaque(), &thread)
    try #require(started == 0)
    while driver.responses.issued < 3 { clinux_sleep_ns(10_000) }
    clinux_sleep_ns(1_000_000)
    #expect(driver.responses.outstanding == 1)
    system.release()
    clinux_thread_join(thread)
    #expect(driver.responses.outstanding == 0)
  }

  private final class Blocked: @unchecked Sendable {
    private let system: FaultySystem
    private let driver: Driver

    init(_ system: FaultySystem, _ driver: Driver) {
      self.system = system
      self.driver = driver
    }

    func run() { try? driver.issue([3], to: system) }
  }

  @Test func orderIsReversedByEight() throws {
    let system = try StandIn("reorder:8").system()
    let driver = try Driver(room: 1024)
    for index in 0..<Int32(16) { try driver.issue([index], to: system) }
    driver.waitForAnswers()
    // Of each eight, all but the first to be answered are late; the queue may have been cut elsewhere by time.
    #expect(driver.responses.faults.outOfOrder > 0)
    let oneQuery = try Driver(room: 1024)
    try oneQuery.issue((0..<16).map { $0 }, to: system)
    oneQuery.waitForAnswers()
    #expect(oneQuery.responses.faults.outOfOrder == 14)
  }

  @Test(arguments: ["null", "sleep:1us:2", "spin:0s", "reorder:3", "cache:0s", "batcher:0s,0s,max=5,wait=1us"])
  func answersAreAFunctionOfTheSample(words: String) throws {
    let system = try StandIn(words).system()
    let driver = try Driver(room: 4096)
    for index in 0..<Int32(20) { try driver.issue([index], to: system, isLogged: true) }
    try driver.issue((0..<1500).map { Int32($0 % 20) }, to: system, isLogged: true)
    system.flush()
    driver.waitForAnswers()
    let responses = driver.responses.responses
    #expect(responses.count == 1520)
    #expect(responses.allSatisfy { $0.data.count == 8 })
    let distinct = Set(responses.map(\.data))
    #expect(distinct.count == 20)
    for response in responses {
      let expected = withUnsafeBytes(of: StandInAnswer.word(of: response.index)) { Array($0) }
      #expect(response.data == expected)
    }
  }

  /// The first output of SplitMix64 with seed 0, by its authors' reference program.
  @Test func answersAreThoseOfSplitMix64() {
    #expect(UInt64(littleEndian: StandInAnswer.word(of: 0)) == 0xe220_a839_7b1d_cdaf)
  }

  @Test func noiseAnswersOtherwiseEachTime() throws {
    let system = try StandIn("noise").system()
    let driver = try Driver(room: 1024)
    for _ in 0..<10 { try driver.issue([5], to: system, isLogged: true) }
    #expect(Set(driver.responses.responses.map(\.data)).count == 10)
  }

  @Test func aCacheTakesTimeForNewSamplesAlone() throws {
    // Long enough to tell: what is remembered takes less than what is not, whatever the machine does.
    let system = try StandIn("cache:20ms,entries=2").system()
    let driver = try Driver(room: 1024)
    for index: Int32 in [1, 2, 1, 2, 1, 3, 1] { try driver.issue([index], to: system) }
    let latencies = driver.latencies
    // 3 takes the place of 1, the oldest.
    for place in [0, 1, 5, 6] { #expect(latencies[place] >= 20_000_000) }
    #expect(try #require([2, 3, 4].map { latencies[$0] }.min()) < 20_000_000)
  }

  @Test func timesAreKept() throws {
    for words in ["spin:2ms", "sleep:2ms", "stall:every=1,for=1ms,service=1ms", "batcher:fixed=1ms,each=1ms"] {
      let system = try StandIn(words).system()
      let driver = try Driver(room: 1024)
      try driver.issue([1], to: system)
      system.flush()
      driver.waitForAnswers()
      #expect(driver.latencies[0] >= 2_000_000, "\(words)")
    }
  }
}
