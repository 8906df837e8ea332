import Energy
import HostState
import NumericFormats
import Records
import Statistics
import Testing

@testable import Analysis

private func isClose(_ value: Double?, _ expected: Double) -> Bool {
  value.map { abs($0 - expected) <= 1e-12 * abs(expected) } ?? false
}

/// Two runs cell by cell. Expected figures are worked out by hand: the least interval of four against four values at 95 % goes
/// from the least to the greatest of the 16 ratios, and two of 70 orders are as extreme.
@Suite struct RunComparisonTests {
  @Test func ratiosAreToldWithIntervalsAndWords() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.timed([100, 102, 104, 106])], [ComparisonSample.timed([200, 204, 208, 212])])
    let latency = try #require(comparison.first(.latency))
    let ratio = try #require(latency.ratio)
    #expect(latency.change == .worse && latency.why == nil)
    #expect(isClose(ratio.ratio, 2))
    #expect(isClose(ratio.lower, 200.0 / 106) && isClose(ratio.upper, 212.0 / 100))
    #expect(isClose(ratio.p, 2.0 / 70))
    #expect(ratio.counts == [4, 4] && ratio.pairs == nil)
    #expect(isClose(ratio.detectable, 0.06))
    #expect(isClose(latency.base?.median, 0.103) && isClose(latency.candidate?.median, 0.206))
    #expect(latency.base?.least == 0.1 && latency.base?.greatest == 0.106 && latency.base?.count == 4)
    // Half as many samples a second, and more is better.
    let throughput = try #require(comparison.first(.throughput))
    #expect(throughput.change == .worse && isClose(throughput.ratio?.ratio, 0.5))
    #expect(comparison.count(.worse) == 3 && comparison.count(.better) == 0)
    #expect(comparison.count(.worse, of: .latency) == 1)
  }

  @Test func theOtherWayRoundIsBetter() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.timed([200, 204, 208, 212])], [ComparisonSample.timed([100, 102, 104, 106])])
    #expect(comparison.first(.latency)?.change == .better)
    #expect(comparison.first(.throughput)?.change == .better)
  }

  @Test func whatCannotBeToldSaysWhatCouldHaveBeen() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.timed([100, 102, 104, 106])], [ComparisonSample.timed([101, 103, 105, 107])])
    let latency = try #require(comparison.first(.latency))
    #expect(latency.change == .unclear && latency.why == "The interval contains no change.")
    // From 101/106 to 107/100.
    #expect(isClose(latency.ratio?.detectable, (1.07 * 106 / 101).squareRoot() - 1))
  }

  /// An end at exactly no change leaves it open: the interval's ends belong to it.
  @Test func anEndAtNoChangeIsNoChange() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.timed([100, 102, 104, 106])], [ComparisonSample.timed([106, 110, 112, 114])])
    let latency = try #require(comparison.first(.latency))
    #expect(latency.ratio?.lower == 1 && latency.change == .unclear)
  }

  @Test func tooFewRoundsAreToldWithTheNumberThatWouldDo() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.timed([100, 102, 104])],
      [ComparisonSample.timed([200, 204, 208, 209, 210, 211, 212][...2].map(\.self))])
    let latency = try #require(comparison.first(.latency))
    #expect(latency.change == .unclear && latency.ratio?.detectable == nil && latency.ratio?.lower == nil)
    #expect(
      latency.why
        == "n too small: 3 and 3 independent rounds make no interval of this confidence; measure with --rounds 4 or more."
    )
    #expect(comparison.tests == 0)
  }

  @Test func theSameValuesAreTheSame() throws {
    let cells = [ComparisonSample.timed([100, 100, 100, 100])]
    let comparison = ComparisonSample.compare(cells, cells)
    #expect(comparison.first(.latency)?.change == .same && comparison.isSameMeasurement)
    #expect(comparison.tests == 0 && comparison.changesAfterHolm == 0)
    let other = ComparisonSample.compare(cells, [ComparisonSample.timed([100, 100, 100, 101])])
    #expect(!other.isSameMeasurement && other.first(.latency)?.change == .unclear)
  }

  /// The machine drifts by far more than the change: only pairs see it.
  @Test func pairsTakeTheDriftOut() throws {
    let base = [ComparisonSample.timed([100, 200, 300, 400, 500, 600])]
    let candidate = [ComparisonSample.timed([110, 220, 330, 440, 550, 660])]
    let paired = try #require(ComparisonSample.compare(base, candidate, isPaired: true).first(.latency))
    #expect(paired.change == .worse && isClose(paired.ratio?.ratio, 1.1) && paired.ratio?.pairs == 6)
    #expect(isClose(paired.ratio?.lower, 1.1) && isClose(paired.ratio?.p, 2.0 / 64))
    let unpaired = try #require(ComparisonSample.compare(base, candidate).first(.latency))
    #expect(unpaired.change == .unclear && unpaired.ratio?.pairs == nil)
  }

  /// Rounds are paired by index, not by place, and one without a partner is left out.
  @Test func pairsAreOfEqualIndex() throws {
    var base = ComparisonSample.timed([100, 200, 300, 400, 500, 600, 700])
    base.rounds.remove(at: 0)
    var candidate = ComparisonSample.timed([110, 220, 330, 440, 550, 660, 770])
    candidate.rounds.remove(at: 6)
    let latency = try #require(ComparisonSample.compare([base], [candidate], isPaired: true).first(.latency))
    #expect(latency.ratio?.pairs == 5 && isClose(latency.ratio?.ratio, 1.1))
    #expect(latency.change == .unclear && latency.why?.contains("5 independent pairs of rounds") == true)
    #expect(latency.why?.contains("--rounds 6") == true)
    candidate.rounds = [candidate.rounds[0]]
    let none = try #require(ComparisonSample.compare([base], [candidate], isPaired: true).first(.latency))
    #expect(none.change == .unavailable && none.why?.contains("no pair") == true)
  }

  /// Six rounds of two processes are two independent values, paired or not.
  @Test(arguments: [false, true]) func roundsOfOneProcessAreOneValue(isPaired: Bool) throws {
    let processes = [0, 0, 0, 1, 1, 1]
    let base = ComparisonSample.timed([100, 110, 120, 200, 210, 220], processes: processes)
    let candidate = ComparisonSample.timed([300, 310, 320, 400, 410, 420], processes: processes)
    let latency = try #require(ComparisonSample.compare([base], [candidate], isPaired: isPaired).first(.latency))
    #expect(latency.change == .unclear && latency.base?.count == 2)
    #expect(isClose(latency.base?.least, 0.11) && isClose(latency.base?.greatest, 0.21))
    #expect(latency.ratio?.counts == [2, 2])
  }

  @Test func exactMetricsAreDifferencesWithoutATest() throws {
    let comparison = ComparisonSample.compare(
      [ComparisonSample.compared([40])], [ComparisonSample.compared([20], top1: 1)])
    let error = try #require(comparison.first(.fidelity))
    #expect(error.change == .worse && isClose(error.difference, 0.09) && error.ratio == nil)
    let accuracy = try #require(comparison.first(.accuracy))
    #expect(accuracy.change == .better && accuracy.difference == 0.0625)
    let same = ComparisonSample.compare([ComparisonSample.compared([40])], [ComparisonSample.compared([40, 40])])
    #expect(same.first(.fidelity)?.change == .same && same.first(.fidelity)?.difference == 0)
    // Rounds of the base alone are from 0.01 to 0.1 apart.
    let scattered = ComparisonSample.compare(
      [ComparisonSample.compared([40, 20])], [ComparisonSample.compared([30])])
    #expect(scattered.first(.fidelity)?.change == .unclear)
    #expect(comparison.tests == 0 && comparison.means.map(\.metric) == [.memory])
  }

  @Test func closenessOverOtherSamplesIsNotCompared() throws {
    let base = [ComparisonSample.compared([40])]
    let samples = ComparisonSample.compare(base, [ComparisonSample.compared([40], samples: 32)])
    #expect(samples.first(.fidelity)?.change == .unavailable)
    #expect(samples.first(.fidelity)?.why?.contains("16 samples were compared in the base and of 32") == true)
    let decisions = ComparisonSample.compare(base, [ComparisonSample.compared([40], decisions: 8)])
    #expect(decisions.first(.fidelity)?.change == .same && decisions.first(.accuracy)?.change == .unavailable)
  }

  private func energy(_ base: [EnergyReading], _ candidate: [EnergyReading]) -> MetricComparison? {
    ComparisonSample.compare(
      [ComparisonSample.timed([100, 100, 100, 100], energy: base)],
      [ComparisonSample.timed([100, 100, 100, 100], energy: candidate)]
    ).first(.energy)
  }

  @Test func joulesAreComparedWithinOneMeterOnly() throws {
    let base = [10.0, 11, 12, 13].map { ComparisonSample.joules($0) }
    let half = try #require(energy(base, [5.0, 5.5, 6, 6.5].map { ComparisonSample.joules($0) }))
    #expect(half.change == .better && isClose(half.ratio?.ratio, 0.5) && half.base?.source == "powercap-rapl")
    let other = try #require(energy(base, [5.0, 5.5, 6, 6.5].map { ComparisonSample.joules($0, source: "ipmi") }))
    #expect(other.change == .unavailable && other.ratio == nil)
    #expect(other.why?.contains("metered by powercap-rapl and the candidate by ipmi") == true)
    let parts = try #require(energy(base, [5.0, 5.5, 6, 6.5].map { ComparisonSample.joules($0, domain: "psys") }))
    #expect(parts.change == .unavailable && parts.why?.contains("counted package-0 for the base and psys") == true)
    let modelled = EnergyReading.modelled(ModelledEnergy(model: "load-line", joules: 9, lower: 5, upper: 12))
    let guess = try #require(energy(base, [modelled, modelled, modelled, modelled]))
    #expect(guess.change == .unavailable && guess.why?.contains("modelled joules are not compared") == true)
    let none = try #require(energy([], []))
    #expect(none.change == .unavailable && none.why == "No meter." && none.base == nil)
  }

  @Test func emulatedCellsHaveNoSpeed() throws {
    let comparison = ComparisonSample.compare([ComparisonSample.compared([40])], [ComparisonSample.compared([40])])
    for metric in [Metric.latency, .tailLatency, .throughput, .energy] {
      let entry = try #require(comparison.first(metric))
      #expect(entry.change == .unavailable && entry.ratio == nil && entry.base == nil)
      #expect(entry.why?.contains("emulated") == true)
    }
  }

  @Test func cellsThatStrayedAreOfNoConfiguration() throws {
    let base = [ComparisonSample.timed([100, 102, 104, 106])]
    let strayed = [ComparisonSample.timed([200, 204, 208, 212], observedCPUs: [[1]])]
    let comparison = ComparisonSample.compare(base, strayed)
    #expect(comparison.first(.latency)?.change == .unavailable)
    #expect(comparison.first(.latency)?.why?.hasPrefix("The candidate ran elsewhere") == true)
    // Memory has nothing to do with where threads ran.
    #expect(comparison.first(.memory)?.change == .same)
    #expect(comparison.means.map(\.metric) == [.memory])
  }

  @Test func meansAreGeometricAndSayWhatTheyLeftOut() throws {
    let cells = ["a", "b", "c"].map { Sample.cell(workload: $0) }
    let failure = Record.Failure(reason: "killed by signal 9", lastErrorLines: [])
    let comparison = ComparisonSample.compare(
      [
        ComparisonSample.timed([100, 100, 100, 100], cell: cells[0]),
        ComparisonSample.timed([100, 100, 100, 100], cell: cells[1]),
        ComparisonSample.timed([100, 100, 100, 100], cell: cells[2]),
      ],
      [
        ComparisonSample.timed([400, 400, 400, 400], cell: cells[0]),
        ComparisonSample.timed([100, 100, 100, 100], cell: cells[1]),
        Sample.result(cells[2], rounds: [], planned: 4, failure: failure),
      ])
    let mean = try #require(comparison.means.first { $0.metric == .latency })
    // The root of 4 times 1.
    #expect(isClose(mean.ratio, 2) && mean.cells == 2)
    #expect(mean.leftOut.map(\.id) == [cells[2].id])
    #expect(mean.leftOut.first?.why == "Candidate: The cell failed: killed by signal 9.")
    #expect(comparison.cells[2].notes == ["failed in the candidate after 0 of 4 rounds: killed by signal 9"])
    #expect(comparison.cells[2].candidate.failure == "killed by signal 9")
  }

  @Test func cellsAreJoinedByTheirIds() {
    let cells = ["a", "b", "c"].map { ComparisonSample.timed([100], cell: Sample.cell(workload: $0)) }
    let comparison = ComparisonSample.compare([cells[0], cells[1]], [cells[2], cells[1]])
    #expect(comparison.cells.map(\.id) == [cells[1].id])
    #expect(comparison.onlyInBase == [cells[0].id] && comparison.onlyInCandidate == [cells[2].id])
    let none = ComparisonSample.compare([cells[0]], [cells[1]])
    #expect(none.cells.isEmpty && none.means.isEmpty && none.tests == 0)
    #expect(ComparisonSample.compare([], []).cells.isEmpty)
  }

  @Test func manyTestsAreCountedAndCorrectedFor() throws {
    let base = ["a", "b", "c"].map { ComparisonSample.timed([100, 102, 104, 106], cell: Sample.cell(workload: $0)) }
    let candidate = ["a", "b", "c"].map {
      ComparisonSample.timed([200, 204, 208, 212], cell: Sample.cell(workload: $0))
    }
    let comparison = RunComparison(
      base: Sample.record(base), candidate: Sample.record(candidate), isPaired: false, metrics: [.latency])
    // Each p is 2/70; three times that is above 0.05.
    #expect(comparison.tests == 3 && comparison.count(.worse) == 3 && comparison.changesAfterHolm == 0)
    let one = RunComparison(
      base: Sample.record([base[0]]), candidate: Sample.record([candidate[0]]), isPaired: false, metrics: [.latency])
    #expect(one.tests == 1 && one.changesAfterHolm == 1)
  }

  @Test func otherWorkIsNoted() {
    let base = ComparisonSample.timed([100])
    var observation = Sample.observation(norm: 4)
    observation.implementations = ["native": 53, "reference": 3]
    let comparison = ComparisonSample.compare([base], [ComparisonSample.timed([100], observation: observation)])
    #expect(
      comparison.cells.first?.notes == [
        "computes other outputs in the candidate: the work may not be the same",
        "runs by other implementations: native 0 -> 53, openblas.im2col 53 -> 0",
      ])
  }

  /// Records come from outside: figures that no machine measures end in words and not in a trap.
  @Test(arguments: [[Int64](), [0, 0, 0, 0], [1, 1, 1, 1], [.max, .max, .max, .max], [1, .max, 1, .max]])
  func extremeLatenciesAreSurvived(latencies: [Int64]) {
    let cell = Sample.cell()
    let result = Sample.result(
      cell,
      rounds: latencies.enumerated().map {
        Sample.round($0.offset, Sample.performance(latencies: [$0.element], duration: $0.element))
      })
    let comparison = ComparisonSample.compare([ComparisonSample.timed([100, 100, 100, 100])], [result])
    for entry in comparison.cells.flatMap(\.metrics) {
      for value in [entry.ratio?.ratio, entry.ratio?.lower, entry.ratio?.upper, entry.ratio?.detectable] {
        #expect(value?.isFinite ?? true)
      }
    }
  }

  private static let confidences: [Double] = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]

  /// What is advised is what the statistics need.
  @Test(arguments: confidences) func theAdviceSuffices(confidence: Double) throws {
    for isPaired in [false, true] {
      let fewest = try #require(FewestRounds.count(confidence: confidence, isPaired: isPaired))
      for count in [fewest - 1, fewest] where count > 0 {
        let (base, candidate) = ((1...count).map { Double($0) }, (1...count).map { Double($0) + 0.5 })
        let effect =
          isPaired
          ? Effect.paired(base: base, candidate: candidate, confidence: confidence)
          : Effect.unpaired(base: base, candidate: candidate, confidence: confidence)
        #expect((effect?.interval != nil) == (count == fewest), "\(count) \(isPaired)")
      }
    }
  }

  @Test func fewestRoundsAreThoseOfTheTables() {
    #expect(FewestRounds.count(confidence: 0.95, isPaired: false) == 4)
    #expect(FewestRounds.count(confidence: 0.95, isPaired: true) == 6)
    #expect(FewestRounds.count(confidence: 0.99, isPaired: false) == 5)
    #expect(FewestRounds.count(confidence: 0.99, isPaired: true) == 8)
    #expect(FewestRounds.count(confidence: 1, isPaired: true) == nil)
  }
}
