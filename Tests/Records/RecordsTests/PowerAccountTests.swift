import Energy
import Records
import Testing

@Suite struct PowerAccountTests {
  private static func window(_ watts: Double, reach: Double = 0, source: String = "rapl") -> MeteredWindow {
    MeteredWindow(
      source: source, scope: .processor,
      energy: .measured(
        MeasuredEnergy(
          source: source, domains: [.init(name: "package-0", joules: watts * 2)], seconds: 2,
          uncertaintyJoules: reach * 2)),
      events: [])
  }

  @Test func idlePowerIsTheMeanOfBeforeAndAfterAndItsReachWhatTheyAreApart() throws {
    let power = PowerAccount(idleBefore: [Self.window(40, reach: 1)], idleAfter: [Self.window(50, reach: 2)])
    let idle = try #require(power.idleWatts(of: "rapl"))
    #expect(idle.watts == 45)
    #expect(idle.reach == 7)
    #expect(power.idleWatts(of: "ipmi") == nil)
    let one = try #require(PowerAccount(idleAfter: [Self.window(50, reach: 2)]).idleWatts(of: "rapl"))
    #expect(one.watts == 50 && one.reach == 2)
    #expect(PowerAccount().idleWatts(of: "rapl") == nil)
  }

  @Test func netIsWithoutWhatTheIdleMachineDraws() throws {
    func measurement(_ reading: MeteredWindow, idle: [MeteredWindow]?) -> PowerMeasurement {
      PowerMeasurement(
        command: ["true"], exitCode: 0, seconds: 2, user: 0, system: 0, readings: [reading],
        power: PowerAccount(idleBefore: idle))
    }
    let busy = Self.window(100, reach: 1)
    let net = try #require(measurement(busy, idle: [Self.window(40, reach: 2)]).net(of: busy))
    #expect(net.joules == 120)
    #expect(net.uncertainty == 6)
    #expect(measurement(busy, idle: nil).net(of: busy) == nil)
    #expect(measurement(busy, idle: [Self.window(40, source: "ipmi")]).net(of: busy) == nil)
  }
}
