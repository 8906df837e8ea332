import CLinux
import Energy
import Records
import Testing

@testable import Harness

/// 100 W by the real clock.
private struct Supply: Meter {
  let name: String
  var isBroken = false

  func open() throws(MeterFault) -> any MeterReader {
    if isBroken { throw MeterFault("\(name) is broken.") }
    return Reader()
  }

  private final class Reader: MeterReader {
    let traits = MeterTraits(
      channels: [.init("supply", .counter(joules: 1e-6, range: .max, mostWatts: 1e6), resolution: 1e-6)],
      scope: .machine, updateInterval: 1e-6)

    func read() throws(MeterFault) -> [MeterSample] {
      let time = clinux_clock_ns()
      return [MeterSample(time: time, values: [.count(UInt64(time / 10))])]
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct MeteringTests {
  private static let measured = EnergyReading.measured(
    MeasuredEnergy(source: "a", domains: [.init(name: "d", joules: 1)], seconds: 1, uncertaintyJoules: 0.1))
  private static let modelled = EnergyReading.modelled(ModelledEnergy(model: "m", joules: 1, lower: 0, upper: 2))

  private static func window(_ energy: EnergyReading) -> MeteredWindow {
    MeteredWindow(source: "s", scope: nil, energy: energy, events: [])
  }

  @Test func whatIsMeasuredLeadsAndThenWhatIsModelled() {
    let (first, second) = (
      EnergyReading.unavailable(reason: "The first."), EnergyReading.unavailable(reason: "The second.")
    )
    func headline(_ readings: [EnergyReading]) -> EnergyReading? { Metering.headline(readings.map(Self.window)) }
    #expect(headline([first, Self.modelled, Self.measured]) == Self.measured)
    #expect(headline([first, Self.modelled, second]) == Self.modelled)
    #expect(headline([first, second]) == first)
    #expect(headline([]) == nil)
  }

  /// A round whose window is the time around now.
  private static func round(instances: Int, _ metering: Metering) throws -> Round {
    let begin = clinux_clock_ns()
    clinux_sleep_ns(100_000_000)
    var round = Examples.round(0)
    round.performance?.begin = begin
    round.performance?.duration = clinux_clock_ns() - begin
    let performance = try #require(round.performance)
    if instances > 1 {
      round.peers = (1..<instances).map { _ in Round.Peer(performance: performance, observation: round.observation) }
    }
    return metering.metered(round)
  }

  @Test func aRoundGetsTheEnergyOfItsWindow() throws {
    let monitor = try PowerMonitor([Supply(name: "supply")])
    monitor.waitForFirst()
    let round = try Self.round(instances: 2, Metering(monitor: monitor, idleSeconds: 0))
    guard case .measured(let energy) = round.performance?.energy else {
      Issue.record("\(String(describing: round.performance?.energy))")
      return
    }
    #expect(abs(energy.joules / energy.seconds - 100) < 0.1)
    #expect(energy.seconds == Double(round.performance?.duration ?? 0) / 1e9)
    // One reading says it all; that of a machine is told once.
    #expect(round.performance?.meters == nil)
    guard case .unavailable = round.peers?.first?.performance.energy else {
      Issue.record("the machine's energy is told twice")
      return
    }
  }

  @Test func severalMetersAreAllTold() throws {
    let monitor = try PowerMonitor([Supply(name: "broken", isBroken: true), Supply(name: "one"), Supply(name: "two")])
    monitor.waitForFirst()
    let round = try Self.round(instances: 1, Metering(monitor: monitor, idleSeconds: 0))
    #expect(round.performance?.meters?.map(\.source) == ["broken", "one", "two"])
    guard case .measured(let energy) = round.performance?.energy else { return }
    #expect(energy.source == "one")
  }

  @Test func withoutAMonitorNothingIsSaidBeyondThat() throws {
    let round = try Self.round(instances: 1, .none)
    #expect(round.performance?.energy == Examples.round(0).performance?.energy)
    #expect(round.performance?.meters == nil)
  }

  @Test func idleIsReadWhereAMeterTells() async throws {
    let monitor = try PowerMonitor([Supply(name: "broken", isBroken: true), Supply(name: "supply")])
    monitor.waitForFirst()
    let idle = try #require(await Metering(monitor: monitor, idleSeconds: 0.2).idle())
    #expect(idle.map(\.source) == ["broken", "supply"])
    let account = PowerAccount(idleBefore: idle)
    #expect(account.whyNoIdle(of: "broken")?.isEmpty == false && account.whyNoIdle(of: "supply") == nil)
    #expect(account.whyNoIdle(of: "another") == nil)
    let watts = try #require(PowerAccount(idleBefore: idle).idleWatts(of: "supply"))
    #expect(abs(watts.watts - 100) < 0.1)
    #expect(await Metering(monitor: monitor, idleSeconds: 0).idle() == nil)
  }
}
