import Energy
import Records
import Testing

@testable import Analysis

@Suite struct LoadLineScoreTests {
  private static func measured(_ watts: Double, _ reach: Double = 0, source: String = "powercap-rapl") -> EnergyReading
  {
    .measured(
      MeasuredEnergy(
        source: source, domains: [.init(name: "package-0", joules: watts * 10)], seconds: 10,
        uncertaintyJoules: reach * 10))
  }

  /// A step of every tenth, from full load to active idle.
  private static func line(_ energy: (Double) -> EnergyReading) -> LoadLine {
    LoadLine(
      tool: Sample.record([]).tool, createdAt: "2026-01-01T00:00:00Z", machine: Sample.record([]).machine,
      system: "model", calibration: [90, 100, 100], maximum: 100, stepSeconds: 10,
      steps: (0...10).reversed().map { tenth in
        let load = Double(tenth) / 10
        return LoadLine.Step(
          load: load, offered: 100 * load, completed: 100 * load, p50: 0.01, p99: 0.02, seconds: 10, failed: 0,
          energy: energy(load), meters: nil)
      }, monitor: nil)
  }

  private static func value(_ figure: Provenance<LoadLineScore.Bounded, LoadLineScore.Bounded>) -> Double? {
    if case .measured(let bounded) = figure { return bounded.value }
    return nil
  }

  /// A machine that draws in proportion has 1, one that always draws the same 0, and one whose idle power is half of its full
  /// power, on a straight line, 1/2.
  @Test(arguments: [(0.0, 1.0), (100, 0), (50, 0.5)])
  func proportionality(idle: Double, expected: Double) throws {
    // No machine draws nothing, and no reading of 0 W is believed.
    let score = LoadLineScore(Self.line { Self.measured(max(idle + (100 - idle) * $0, 1e-6)) })
    #expect(abs(try #require(Self.value(score.proportionality)) - expected) < 1e-6)
  }

  /// By hand: throughputs of 100 + 90 ... + 10 = 550 over powers of 100 + 95 ... + 50 = 825 W.
  @Test func overallIsTheSumOverTheSum() throws {
    let score = LoadLineScore(Self.line { Self.measured(50 + 50 * $0) })
    #expect(abs(try #require(Self.value(score.overall)) - 550.0 / 825) < 1e-9)
    #expect(abs(try #require(Self.value(score.steps[0].samplesPerJoule)) - 1) < 1e-9)
    #expect(abs(try #require(Self.value(score.steps[5].watts)) - 75) < 1e-9)
    #expect(score.steps[10].samplesPerJoule == .unavailable(reason: "Active idle has no samples."))
  }

  /// Every power 1 % too high is 1 % less work a joule.
  @Test func boundsCoverReadingsThatErrAlike() throws {
    let score = LoadLineScore(Self.line { Self.measured(50 + 50 * $0, (50 + 50 * $0) / 100) })
    guard case .measured(let overall) = score.overall else {
      Issue.record("no figure")
      return
    }
    #expect(overall.lower <= overall.value / 1.01 + 1e-12)
    #expect(overall.upper >= overall.value / 0.99 - 1e-4)
    #expect(overall.upper - overall.lower < 0.05 * overall.value)
  }

  @Test func oneStepWithoutPowerLeavesNoOverallFigure() {
    let score = LoadLineScore(
      Self.line { $0 == 0.3 ? .unavailable(reason: "The meter went away.") : Self.measured(100) })
    #expect(score.overall == .unavailable(reason: "The meter went away."))
    #expect(score.proportionality == .unavailable(reason: "The meter went away."))
    #expect(Self.value(score.steps[0].watts) == 100)
  }

  @Test func metersAndModelsAreNotMixed() {
    let two = LoadLineScore(Self.line { Self.measured(100, source: $0 > 0.5 ? "powercap-rapl" : "ipmi-dcmi") })
    #expect(
      two.overall == .unavailable(reason: "powercap-rapl, which told other steps, did not tell this one."))
    let modelled = EnergyReading.modelled(ModelledEnergy(model: "linear", joules: 1000, lower: 500, upper: 2000))
    let mixed = LoadLineScore(Self.line { $0 > 0.5 ? modelled : Self.measured(100) })
    #expect(
      mixed.overall == .unavailable(reason: "powercap-rapl, which told other steps, did not tell this one."))
    // What was measured is drawn as measured, and the model stands for no step of it.
    #expect(mixed.steps.map { Self.value($0.watts) != nil } == mixed.steps.map { $0.load <= 0.5 })
    #expect(!mixed.steps.contains { if case .modelled = $0.watts { true } else { false } })
  }

  @Test func aMeterThatToldAllStepsIsTakenForThemAll() {
    var line = Self.line { $0 > 0.5 ? Self.measured(100) : .unavailable(reason: "Lost.") }
    for index in line.steps.indices {
      line.steps[index].meters = [
        MeteredWindow(source: "powercap-rapl", scope: .processor, energy: line.steps[index].energy, events: []),
        MeteredWindow(source: "wall", scope: .machine, energy: Self.measured(150, source: "wall"), events: []),
      ]
    }
    let score = LoadLineScore(line)
    guard case .measured(let overall) = score.overall else {
      Issue.record("\(score.overall)")
      return
    }
    #expect(overall.source == "wall")
    #expect(score.steps.allSatisfy { Self.value($0.watts) == 150 })
  }

  @Test func modelsHaveBoundsOfTheirOwn() {
    let modelled = EnergyReading.modelled(ModelledEnergy(model: "linear", joules: 1000, lower: 500, upper: 2000))
    guard case .modelled(let overall) = LoadLineScore(Self.line { _ in modelled }).overall else {
      Issue.record("modelled power is no measurement")
      return
    }
    // Half or twice every power makes twice or half the samples a joule.
    #expect(abs(overall.lower - overall.value / 2) < 1e-9 && abs(overall.upper - overall.value * 2) < 1e-9)
  }

  /// 1000 J, 500 to 2000: half or twice the power makes twice or half the samples a joule.
  @Test func boundsAreAsFarApartAsTheModels() throws {
    let modelled = EnergyReading.modelled(ModelledEnergy(model: "linear", joules: 1000, lower: 500, upper: 2000))
    guard case .modelled(let figure) = LoadLineScore(Self.line { _ in modelled }).steps[0].samplesPerJoule else {
      Issue.record("modelled power is no measurement")
      return
    }
    #expect(abs(figure.lower / figure.value - 0.5) < 1e-9)
    #expect(abs(figure.upper / figure.value - 2) < 1e-9)
  }

  @Test func proportionalityNeedsBothEnds() {
    var line = Self.line { _ in Self.measured(100) }
    line.steps.removeLast()
    #expect(
      LoadLineScore(line).proportionality == .unavailable(reason: "Proportionality needs full load and active idle."))
  }
}
