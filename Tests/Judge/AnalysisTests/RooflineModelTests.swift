import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct RooflineModelTests {
  private func figure(_ value: Double) -> RepeatedFigure {
    RepeatedFigure(best: value, median: value, worstDecile: value, repetitions: 10)
  }

  private func peak(_ precision: Precision, _ isa: String, _ rate: Double, threads: Int = 1) -> Roofline.Peak {
    Roofline.Peak(isa: isa, instructions: "i", precision: precision, threads: threads, rate: figure(rate))
  }

  private func bandwidth(
    _ level: String, _ pattern: Roofline.Pattern, _ rate: Double, threads: Int = 1, isNonTemporal: Bool = false
  ) -> Roofline.Bandwidth {
    Roofline.Bandwidth(
      level: level, pattern: pattern, isNonTemporal: isNonTemporal, isa: "avx2", threads: threads,
      bytesPerThread: 4096, rate: figure(rate))
  }

  private func roofline(
    peaks: [Roofline.Peak], bandwidths: [Roofline.Bandwidth], latencies: [Roofline.Latency] = []
  ) -> Roofline {
    Roofline(
      method: Roofline.Method(secondsPerFigure: 1, rounds: 3, hugePages: true),
      placements: [Placement(pus: [0, 1]), Placement(pus: [0])], clocks: [], peaks: peaks, bandwidths: bandwidths,
      latencies: latencies, notes: [])
  }

  private var sample: Roofline {
    roofline(
      peaks: [
        peak(.fp32, "generic", 10e9), peak(.fp32, "avx2", 100e9), peak(.int8, "avx2", 200e9),
        peak(.fp32, "avx2", 190e9, threads: 2),
      ],
      bandwidths: [
        bandwidth("L1", .read, 400e9), bandwidth("L1", .copy, 300e9), bandwidth("memory", .read, 20e9),
        bandwidth("memory", .triad, 25e9, isNonTemporal: true), bandwidth("memory", .read, 30e9, threads: 2),
      ])
  }

  /// Below the ridge I x B, above it P, at it both.
  @Test(arguments: [
    (0.0, 0.0), (0.25, 25), (1, 100), (3.9, 390), (4, 400), (4.1, 400), (1000, 400), (.infinity, 400),
  ])
  func attainable(intensity: Double, expected: Double) {
    let rate = RooflineModel.attainable(intensity: intensity, peak: 400, bandwidth: 100)
    #expect(abs(rate - expected) < 1e-9)
  }

  @Test func theHighestRoofAndTheFastestPatternCount() throws {
    let model = try #require(RooflineModel(sample, threads: 1))
    #expect(model.roofs.map(\.rate) == [200e9, 100e9, 10e9])
    #expect(model.roofs.map(\.isHighest) == [true, true, false])
    #expect(model.diagonals.map(\.level) == ["L1", "memory"])
    #expect(model.diagonals.map(\.rate) == [400e9, 25e9])
    #expect(model.diagonals.map(\.pattern) == [.read, .triad])
    #expect(model.diagonals.map(\.isNonTemporal) == [false, true])
    #expect(model.diagonal("memory")?.rate == 25e9)
    #expect(model.diagonal("L2") == nil)
  }

  @Test func ridgesAreWhereBothBind() throws {
    let model = try #require(RooflineModel(sample, threads: 1))
    #expect(model.ridges.count == 4)
    for ridge in model.ridges {
      let roof = try #require(model.roof(ridge.precision))
      let diagonal = try #require(model.diagonal(ridge.level))
      #expect(abs(ridge.intensity * diagonal.rate - roof.rate) < 1)
    }
    #expect(model.ridges.first { $0.precision == .int8 && $0.level == "memory" }?.intensity == 8)
  }

  @Test func bf16WithoutInstructionsComputesInFP32() throws {
    let model = try #require(RooflineModel(sample, threads: 1))
    #expect(model.roof(.bf16)?.rate == 100e9)
    let own = roofline(
      peaks: [peak(.fp32, "avx2", 1e9), peak(.bf16, "avx512_core_bf16", 2e9)],
      bandwidths: [bandwidth("L1", .read, 1e9)])
    #expect(RooflineModel(own, threads: 1)?.roof(.bf16)?.rate == 2e9)
    #expect(RooflineModel(own, threads: 1)?.roof(.int8) == nil)
  }

  @Test func thereIsOneModelForEachMeasuredThreadCount() {
    #expect(RooflineModel.all(sample).map(\.threads) == [1, 2])
    #expect(RooflineModel(sample, threads: 3) == nil)
    #expect(RooflineModel(sample, threads: 2)?.roofs.map(\.rate) == [190e9])
  }

  @Test func aCacheAsSlowAsMemoryIsDoubted() {
    func doubts(_ l3: Double) -> [String] {
      roofline(
        peaks: [], bandwidths: [],
        latencies: [
          Roofline.Latency(level: "L1", bytes: 4096, seconds: figure(1e-9)),
          Roofline.Latency(level: "L3", bytes: 8192, seconds: figure(l3)),
          Roofline.Latency(level: "memory", bytes: 1 << 20, seconds: figure(100e-9)),
        ]
      ).doubts
    }
    #expect(doubts(15e-9).isEmpty)
    #expect(doubts(90e-9).count == 1)
    #expect(doubts(90e-9).first?.hasPrefix("L3 ") == true)
  }

  @Test func aBusyMachineIsDoubted() {
    func doubts(median: Double) -> [String] {
      var busy = peak(.fp32, "avx2", 100)
      busy.rate.median = median
      return roofline(peaks: [busy], bandwidths: []).doubts
    }
    #expect(doubts(median: 95).isEmpty)
    #expect(doubts(median: 60).first?.contains("60 %") == true)
  }
}
