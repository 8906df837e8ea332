import Engines
import NumericFormats
import Records
import Testing
import Topology

@testable import Ceilings

@Suite struct CeilingMeterTests {
  private func options(_ placements: [[Int]], cap: ISALevel? = nil, precisions: Set<Precision>) -> CeilingMeter.Options
  {
    CeilingMeter.Options(
      placements: placements.map(Placement.init), precisions: precisions, features: .detect(cappedAt: cap),
      seconds: 0.001, rounds: 1, memoryBudget: 1 << 20)
  }

  @Test func everyPlannedFigureIsMeasured() throws {
    let topology = try Topology.discover()
    let pu = topology.allowedPUs[0]
    // Two threads on one PU measure nothing sensible, but they show that teams work.
    var calls: [String] = []
    let meter = CeilingMeter(
      topology: topology, options: options([[pu], [pu, pu]], precisions: Set(Precision.measurable)),
      progress: { done, total, name in
        #expect(done == calls.count)
        #expect(done < total)
        calls.append(name)
      })
    let roofline = try meter.measure()
    let figures =
      roofline.clocks.count + roofline.peaks.count + roofline.bandwidths.count + roofline.latencies.count
    #expect(figures == meter.figureCount)
    #expect(calls.count == meter.figureCount)
    #expect(roofline.clocks.map(\.threads) == [1, 2])
    #expect(Set(roofline.peaks.map(\.isa)) == Set(PeakLoop.available().map(\.isa)))
    #expect(Set(roofline.bandwidths.map(\.pattern)) == Set(Roofline.Pattern.allCases))
    #expect(roofline.bandwidths.contains { $0.level == "memory" && $0.isNonTemporal })
    #expect(roofline.bandwidths.allSatisfy { !$0.isNonTemporal || $0.level == "memory" })
    #expect(roofline.latencies.last?.level == "memory")
    let all =
      roofline.clocks.map(\.hertz) + roofline.peaks.map(\.rate) + roofline.bandwidths.map(\.rate)
      + roofline.latencies.map(\.seconds)
    #expect(all.allSatisfy { $0.best > 0 && $0.best.isFinite && $0.repetitions >= 2 })
    #expect(roofline.peaks.allSatisfy { $0.rate.best >= $0.rate.median && $0.rate.median >= $0.rate.worstDecile })
    #expect(
      roofline.latencies.allSatisfy {
        $0.seconds.best <= $0.seconds.median && $0.seconds.median <= $0.seconds.worstDecile
      })
  }

  @Test(arguments: ISALevel.allCases)
  func theCapHolds(cap: ISALevel) throws {
    let topology = try Topology.discover()
    let plan = FigurePlan(
      topology: topology, placement: Placement(pus: [topology.allowedPUs[0]]),
      options: options([], cap: cap, precisions: [.fp32, .int8]), withLatency: false)
    let allowed = ISALevel.allCases.filter { cap.features.isSuperset(of: $0.features) }.map(\.rawValue)
    #expect(plan.peaks.allSatisfy { allowed.contains($0.isa) && $0.precision != .bf16 })
    #expect(plan.streams.allSatisfy { allowed.contains($0.loop.isa) })
    #expect(plan.peaks.contains { $0.isa == "generic" && $0.precision == .fp32 })
    // The widest one only: one loop for each pattern and level.
    #expect(Set(plan.streams.map(\.loop.isa)).count == 1)
    #expect(plan.chases.isEmpty)
  }

  @Test func everyLevelOfThisCPUHasALoop() {
    let available = ISALevel.available.map(\.rawValue)
    #expect(Set(PeakLoop.available().map(\.isa)) == Set(available))
    #expect(StreamLoop.available().allSatisfy { available.contains($0.isa) })
  }

  @Test func aLoopThatAddsUpWronglyIsAnError() throws {
    let topology = try Topology.discover()
    let team = try ThreadTeam(pus: [topology.allowedPUs[0]])
    let timer = try LoopTimer(team: team)
    let wrong = Job("wrong", workPerUnit: 1, expected: { Int64($0) + 1 }, run: { _, units in Int64(units) })
    let error = #expect(throws: CeilingError.self) { try wrong.visit(timer, nanoseconds: 1) }
    #expect(error?.description.contains("wrong") == true)
    let right = Job("right", workPerUnit: 1, expected: { Int64($0) }, run: { _, units in Int64(units) })
    try right.visit(timer, nanoseconds: 1)
  }
}
