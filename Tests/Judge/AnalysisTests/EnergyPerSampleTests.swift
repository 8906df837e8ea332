import Energy
import Foundation
import Records
import Statistics
import Testing

@testable import Analysis

@Suite struct EnergyPerSampleTests {
  static func measured(_ joules: Double, source: String = "powercap-rapl") -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: source,
        domains: [.init(name: "package-0", joules: joules * 0.75), .init(name: "dram", joules: joules * 0.25)],
        seconds: 1, uncertaintyJoules: 0.5))
  }

  static func modelled(_ joules: Double, model: String = "load-line") -> EnergyReading {
    .modelled(ModelledEnergy(model: model, joules: joules, lower: joules / 2, upper: joules * 2))
  }

  static func perSample(
    joules: Double, uncertainty: Double, rounds: Int, totalRounds: Int, watts: Double, interval: Interval? = nil
  ) -> MeasuredPerSample {
    MeasuredPerSample(
      source: "powercap-rapl", domains: ["package-0", "dram"], joules: joules, uncertainty: uncertainty, rounds: rounds,
      totalRounds: totalRounds, watts: watts, interval: interval)
  }

  /// Rounds of 3 queries with 2 samples each.
  func energy(_ readings: [EnergyReading]) -> EnergyPerSample {
    EnergyPerSample(of: readings.map { Sample.round(0, Sample.performance(samplesPerQuery: 2, energy: $0)) })
  }

  @Test func measuredIsTheSumOverRoundsPerSample() {
    #expect(
      energy([Self.measured(12), Self.measured(24)])
        == .measured(
          Self.perSample(
            joules: 3, uncertainty: 1.0 / 12, rounds: 2, totalRounds: 2, watts: 18, interval: StudentT.interval([2, 4]))
        ))
  }

  /// 6 W of idling for the round's second are 6 of its 12 J; what before and after are apart is added to the meter's own.
  @Test func netIsWithoutTheIdleMachines() throws {
    func idle(_ watts: Double) -> [MeteredWindow] {
      [MeteredWindow(source: "powercap-rapl", scope: .processor, energy: Self.measured(watts), events: [])]
    }
    let round = Sample.round(0, Sample.performance(samplesPerQuery: 2, energy: Self.measured(12)))
    let power = PowerAccount(idleBefore: idle(5), idleAfter: idle(7))
    guard case .measured(let energy) = EnergyPerSample(of: [round], power: power) else {
      Issue.record("no figure")
      return
    }
    let net = try #require(energy.net)
    #expect(net.joules == 1)
    #expect(net.idleWatts == 6)
    // 0.5 J of the window; half of 2 W, and 0.5 W of an idle reading, for a second.
    #expect(abs(net.uncertainty - 2.0 / 6) < 1e-12)
    #expect(energy.samplesPerJoule == 0.5)
  }

  @Test func modelledKeepsItsBounds() {
    #expect(
      energy([Self.modelled(12)])
        == .modelled(.init(model: "load-line", joules: 2, lower: 1, upper: 4, rounds: 1, totalRounds: 1, watts: 12)))
  }

  @Test(
    "Measured rounds stand alone; others only count",
    arguments: [
      EnergyReading.unavailable(reason: "The meter went away."), modelled(1e9),
    ])
  func measuredIsNotMixed(other: EnergyReading) {
    #expect(
      energy([other, Self.measured(12)])
        == .measured(Self.perSample(joules: 2, uncertainty: 0.5 / 6, rounds: 1, totalRounds: 2, watts: 12)))
  }

  @Test func sumsOverDifferentDomainsAreNotMixed() {
    let package = MeasuredEnergy(
      source: "powercap-rapl", domains: [.init(name: "package-0", joules: 9)], seconds: 1, uncertaintyJoules: 0.5)
    guard case .unavailable(let reason) = energy([Self.measured(12), .measured(package)]) else {
      Issue.record("joules of different domains were added up")
      return
    }
    #expect(reason.contains("domains"))
  }

  @Test func reasonsAreListedOnce() {
    #expect(
      energy([.unavailable(reason: "A."), .unavailable(reason: "B."), .unavailable(reason: "A.")])
        == .unavailable(reason: "A. B."))
  }

  @Test(
    "No joules are made up",
    arguments: [
      [measured(0)], [measured(-1)], [measured(.nan)], [modelled(0)], [measured(1), measured(1, source: "hwmon")],
      [modelled(1), modelled(1, model: "other")], [],
    ])
  func unusableReadingsAreUnavailable(readings: [EnergyReading]) {
    guard case .unavailable(let reason) = energy(readings) else {
      Issue.record("\(energy(readings)) instead of unavailable")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func noSamplesNoEnergy() {
    guard
      case .unavailable = EnergyPerSample(of: [
        Sample.round(0, Sample.performance(latencies: [], energy: Self.measured(1)))
      ])
    else {
      Issue.record("energy per sample without a sample")
      return
    }
  }

  @Test(arguments: [[measured(12)], [modelled(12)], [.unavailable(reason: "No meter.")]] as [[EnergyReading]])
  func survivesJSON(readings: [EnergyReading]) throws {
    let value = energy(readings)
    let data = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(EnergyPerSample.self, from: data) == value)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["kind"] is String)
  }
}
