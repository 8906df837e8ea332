import Energy
import Records
import Testing

@testable import Analysis

@Suite struct EnergyMetricsTests {
  private static let measured = EnergyPerSample.measured(
    MeasuredPerSample(
      source: "powercap-rapl", domains: ["package-0"], joules: 0.5, uncertainty: 0.05, rounds: 3, totalRounds: 3,
      watts: 60))

  private static let modelled = EnergyPerSample.modelled(
    ModelledPerSample(model: "ccf-aws", joules: 0.25, lower: 0.1, upper: 0.4, rounds: 3, totalRounds: 3, watts: 100))

  /// Half a joule a sample: 4 J for a query of 8, for 0.02 s a query 80 mJ s; 128 tokens a sample.
  @Test func byHand() throws {
    let metrics = try #require(
      EnergyMetrics(Self.measured, batch: 8, tokens: 128, latency: 0.02))
    #expect(metrics.origin == .measured)
    // What the meter said of the windows, not throughput times joules.
    #expect(metrics.watts == 60)
    #expect(metrics.millijoulesPerQuery == 4000)
    #expect(metrics.samplesPerJoule == 2)
    #expect(metrics.joulesPerToken == 0.00390625)
    #expect(abs(try #require(metrics.energyDelayProduct) - 0.08) < 1e-12)
  }

  @Test func aModelHasItsWatts() throws {
    let metrics = try #require(EnergyMetrics(Self.modelled, batch: 1, tokens: nil, latency: nil))
    #expect(metrics.origin == .modelled)
    #expect(metrics.watts == 100)
    #expect(metrics.millijoulesPerQuery == 250 && metrics.samplesPerJoule == 4)
    #expect(metrics.joulesPerToken == nil && metrics.energyDelayProduct == nil)
    let bare = try #require(EnergyMetrics(Self.modelled, batch: 1, tokens: 0, latency: nil))
    #expect(bare.joulesPerToken == nil)
  }

  /// 12 J in a second and 36 J in half: 48 J in 1.5 s, whatever the rates of the rounds.
  @Test func aModelsWattsAreOfItsWindows() throws {
    let rounds = [(12.0, 1_000_000_000), (36, 500_000_000)].map { joules, duration in
      Sample.round(0, Sample.performance(duration: Int64(duration), energy: EnergyPerSampleTests.modelled(joules)))
    }
    let metrics = try #require(CellSummary(of: Sample.result(rounds: rounds)).energyMetrics)
    #expect(abs(try #require(metrics.watts) - 32) < 1e-9)
  }

  @Test func whatIsUnavailableHasNoMetrics() {
    for energy in [EnergyPerSample.unavailable(reason: "No meter."), nil] {
      #expect(EnergyMetrics(energy, batch: 1, tokens: 1, latency: 1) == nil)
    }
  }

  /// From rounds to a summary: tokens, the batch and the median come from the cell.
  @Test func summariesHaveThem() throws {
    var round = Sample.round(
      0, Sample.performance(latencies: [10, 20, 30], samplesPerQuery: 2, energy: EnergyPerSampleTests.measured(12)))
    round.observation.tokensPerSample = 16
    let summary = CellSummary(of: Sample.result(Sample.cell(batch: 2), rounds: [round]))
    let metrics = try #require(summary.energyMetrics)
    // 12 J for 6 samples.
    #expect(metrics.millijoulesPerQuery == 4000 && metrics.joulesPerToken == 0.125)
    #expect(abs(try #require(metrics.energyDelayProduct) - 4 * 20e-9) < 1e-18)
    #expect(CellSummary(of: Sample.result(rounds: [Sample.round(0, Sample.performance())])).energyMetrics == nil)
  }
}
