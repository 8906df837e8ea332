import CLinux
import MachineTestSupport
import Synchronization
import Testing

@testable import Energy

/// Draws as many watts as it is told, by the real clock.
private final class Supply: Meter {
  let name: String
  let period: Double?
  let delay: Int64
  private let watts: Double
  private let opening: Int64
  private let isBroken: Bool
  private let isMute: Bool
  private let openings = Atomic(0)
  let seen = Mutex<Set<Int32>>([])

  init(
    _ name: String, watts: Double, period: Double? = nil, delay: Int64 = 0, opening: Int64 = 0, isBroken: Bool = false,
    isMute: Bool = false
  ) {
    self.name = name
    self.watts = watts
    self.period = period
    self.delay = delay
    self.opening = opening
    self.isBroken = isBroken
    self.isMute = isMute
  }

  /// How often it was opened.
  var opened: Int { openings.load(ordering: .relaxed) }

  func open() throws(MeterFault) -> any MeterReader {
    openings.add(1, ordering: .relaxed)
    if opening > 0 { clinux_sleep_ns(opening) }
    if isBroken { throw MeterFault("\(name) is broken.") }
    return Reader(self)
  }

  private final class Reader: MeterReader {
    let supply: Supply
    let traits: MeterTraits

    init(_ supply: Supply) {
      self.supply = supply
      traits = MeterTraits(
        channels: [.init("supply", .counter(joules: 1e-6, range: .max, mostWatts: 1e6), resolution: 1e-6)],
        scope: .machine, updateInterval: 1e-6, period: supply.period)
    }

    func read() throws(MeterFault) -> [MeterSample] {
      if supply.isMute { throw MeterFault("\(supply.name) says nothing.") }
      if supply.delay > 0 { clinux_sleep_ns(supply.delay) }
      supply.seen.withLock { _ = $0.insert(clinux_current_cpu()) }
      let time = clinux_clock_ns()
      return [MeterSample(time: time, values: [.count(UInt64(Double(time) / 1e9 * supply.watts * 1e6))])]
    }
  }
}

@Suite("PowerMonitor", .timeLimit(.minutes(1))) struct PowerMonitorTests {
  @Test("Every meter tells the window, quick or slow, and none is added to another")
  func windows() throws {
    let monitor = try PowerMonitor([
      Supply("quick", watts: 100), Supply("slow", watts: 250, period: 0.3, delay: 100_000_000),
      Supply("broken", watts: 1, isBroken: true),
    ])
    // The slow one has to have been read once.
    while monitor.account.readings < 12 { clinux_sleep_ns(20_000_000) }
    let begin = PowerMonitor.now
    clinux_sleep_ns(400_000_000)
    let end = PowerMonitor.now
    let windows = monitor.energy(from: begin, to: end)
    #expect(windows.map(\.source) == ["quick", "slow", "broken"])
    for (window, watts) in zip(windows, [100.0, 250]) {
      let energy = try #require(window.energy.measured, "\(window.energy)")
      #expect(abs(energy.joules / energy.seconds - watts) < 1e-3 * watts)
      #expect(window.scope == .machine)
    }
    #expect(windows[2].energy == .unavailable(reason: "broken is broken."))
    monitor.end()
    #expect(monitor.account.readings > 0 && monitor.account.cpuSeconds > 0)
    #expect(monitor.account.share < 1)
  }

  @Test("A window that ends now is told when the reading after it is there, and after the end too")
  func ends() throws {
    let monitor = try PowerMonitor([Supply("quick", watts: 100)], rate: 20)
    while monitor.account.readings < 2 { clinux_sleep_ns(5_000_000) }
    let begin = PowerMonitor.now
    clinux_sleep_ns(60_000_000)
    #expect(monitor.energy(from: begin, to: PowerMonitor.now).first?.energy.measured != nil)
    let last = PowerMonitor.now
    monitor.end()
    monitor.end()
    #expect(monitor.energy(from: begin, to: last).first?.energy.measured != nil)
    // Nobody reads any more: a reason, and no wait without an end.
    #expect(monitor.energy(from: begin, to: PowerMonitor.now + 1_000_000_000).first?.energy.measured == nil)
  }

  @Test("Meters that cannot be opened or read say why once all have been asked, each of which is opened once")
  func unreadable() throws {
    let meters = [
      Supply("slow", watts: 100, opening: 1_500_000_000),
      Supply("broken", watts: 1, opening: 1_700_000_000, isBroken: true),
      Supply("mute", watts: 1, isMute: true), Supply("quick", watts: 1),
    ]
    let monitor = try PowerMonitor(meters)
    monitor.waitForFirst()
    #expect(monitor.account.readings >= 2)
    #expect(monitor.unreadable().map(\.source) == ["broken", "mute"])
    #expect(monitor.unreadable().map(\.reason) == ["broken is broken.", "mute says nothing."])
    monitor.end()
    #expect(meters.map(\.opened) == [1, 1, 1, 1])
  }

  @Test("Meters that are stuck are waited for together")
  func stuck() throws {
    let monitor = try PowerMonitor((1...20).map { Supply("mute \($0)", watts: 1, isMute: true) })
    let begin = PowerMonitor.now
    let windows = monitor.energy(from: begin, to: begin + 1_000_000)
    // One alone is waited for over more than a second.
    #expect(PowerMonitor.now - begin < 12_000_000_000)
    #expect(windows.count == 20 && windows.allSatisfy { $0.energy.measured == nil })
    #expect(windows.allSatisfy { $0.scope == .machine })
  }

  @Test("Its threads run outside of what is measured, and go elsewhere when that changes")
  func placed() throws {
    var cpus = [CInt](repeating: 0, count: 4096)
    let count = Int(clinux_get_affinity(&cpus, 4096))
    let pus = cpus[..<count].map { Int($0) }
    guard let first = pus.first, let last = pus.last, first != last else {
      withKnownIssue("one PU leaves none outside") { Issue.record("one PU") }
      return
    }
    let supply = Supply("quick", watts: 100)
    let monitor = try PowerMonitor([supply], cores: pus.map { [$0] }, outside: [first], rate: 200)
    func settle() {
      let begun = monitor.account.readings
      while monitor.account.readings < begun + 20 { clinux_sleep_ns(5_000_000) }
    }
    settle()
    #expect(supply.seen.withLock { $0 } == [Int32(last)])
    #expect(monitor.account.pus == [last] && monitor.account.isApart)
    monitor.move(outside: Set(pus.dropFirst()))
    // The reading that is under way ends where it began.
    clinux_sleep_ns(100_000_000)
    supply.seen.withLock { $0 = [] }
    settle()
    #expect(supply.seen.withLock { $0 } == [Int32(first)])
    #expect(monitor.account.pus == [first, last] && monitor.account.isApart)
    monitor.move(outside: Set(pus))
    monitor.end()
    #expect(monitor.account.pus == [first, last] && !monitor.account.isApart)
  }

  @Test("A model tells energy beside the meters, and is no measurement")
  func model() throws {
    let monitor = try PowerMonitor([], model: try PowerModel("idle=10,max=20", cpus: 2))
    while monitor.account.readings < 2 { clinux_sleep_ns(5_000_000) }
    let begin = PowerMonitor.now
    clinux_sleep_ns(300_000_000)
    let window = try #require(monitor.energy(from: begin, to: PowerMonitor.now).first)
    guard case .modelled(let energy) = window.energy else {
      Issue.record("\(window.energy)")
      return
    }
    #expect((energy.lower...energy.upper).contains(energy.joules))
    #expect(window.scope == nil)
  }
}
