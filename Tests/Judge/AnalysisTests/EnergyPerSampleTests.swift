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

  @Test func measuredIsTheSumOverRoundsPerSample() throws {
    guard case .measured(let figure) = energy([Self.measured(12), Self.measured(24)]) else {
      Issue.record("no figure")
      return
    }
    #expect(figure.joules == 3 && figure.uncertainty == 1.0 / 12 && figure.watts == 18)
    #expect(figure.rounds == 2 && figure.totalRounds == 2 && figure.domains == ["package-0", "dram"])
    let interval = try #require(figure.interval)
    // Rounds of equal samples: that of the mean of 2 and 4 J.
    let mean = try #require(StudentT.interval([2, 4]))
    #expect(abs(interval.lower - mean.lower) < 1e-9 && abs(interval.upper - mean.upper) < 1e-9)
    #expect(figure.widestShare == interval.halfWidth / 3)
  }

  /// 12 J of 6 samples and 36 J of 12: r = 48 / 18, residuals 12 - 16 and 36 - 32, t(1) = 12.7062 times their standard error
  /// of 4 over 9 samples a round.
  @Test func theIntervalIsAboutTheFigureOfRoundsThatWeighUnlike() throws {
    let long = Sample.performance(latencies: [1, 2, 3, 4, 5, 6], samplesPerQuery: 2, energy: Self.measured(36))
    let rounds = [
      Sample.round(0, Sample.performance(samplesPerQuery: 2, energy: Self.measured(12))), Sample.round(1, long),
    ]
    guard case .measured(let figure) = EnergyPerSample(of: rounds) else {
      Issue.record("no figure")
      return
    }
    #expect(abs(figure.joules - 48.0 / 18) < 1e-12)
    let interval = try #require(figure.interval)
    #expect(abs((interval.lower + interval.upper) / 2 - figure.joules) < 1e-9)
    #expect(abs(interval.halfWidth - 12.7062 * 4 / 9) < 1e-4)
  }

  /// A round whose meters said these, the first of them preferred.
  private static func round(_ index: Int, _ readings: [(source: String, energy: EnergyReading)]) -> Round {
    var performance = Sample.performance(samplesPerQuery: 2, energy: readings[0].energy)
    performance.meters = readings.map {
      MeteredWindow(source: $0.source, scope: .machine, energy: $0.energy, events: [])
    }
    return Sample.round(index, performance)
  }

  @Test func aMeterThatMissedARoundGivesWayToOneThatMissedNone() {
    let lost = EnergyReading.unavailable(reason: "The window of 1001 ms is too short.")
    let rounds = [
      Self.round(0, [("powercap-rapl", Self.measured(12)), ("wall", Self.measured(18, source: "wall"))]),
      Self.round(1, [("powercap-rapl", lost), ("wall", Self.measured(18, source: "wall"))]),
    ]
    let summary = CellSummary(of: Sample.result(rounds: rounds))
    guard case .measured(let figure) = summary.energy else {
      Issue.record("no figure")
      return
    }
    #expect(figure.source == "wall" && figure.joules == 3 && figure.rounds == 2)
    // The other is told beside it, of the round that it measured.
    #expect(summary.otherEnergies.map(\.source) == ["powercap-rapl"])
    guard case .measured(let other) = summary.otherEnergies[0].energy else { return }
    #expect(other.joules == 2 && other.rounds == 1 && other.totalRounds == 2)
    #expect(summary.otherEnergies[0].metrics?.samplesPerJoule == 0.5)
  }

  @Test func whatAMeterCouldNotTellIsSaidOnceBesideAModel() {
    func short(_ milliseconds: Int) -> EnergyReading {
      .unavailable(reason: "The window of \(milliseconds) ms is too short.")
    }
    let rounds = [1001, 1002].enumerated().map { index, length in
      Self.round(index, [("load-line", Self.modelled(12)), ("wall", short(length))])
    }
    let summary = CellSummary(of: Sample.result(rounds: rounds))
    guard case .modelled = summary.energy else {
      Issue.record("no figure")
      return
    }
    #expect(summary.otherEnergies.map(\.source) == ["wall"])
    #expect(summary.otherEnergies[0].energy == .unavailable(reason: "The window of 1001 ms is too short."))
    #expect(summary.otherEnergies[0].metrics == nil)
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
