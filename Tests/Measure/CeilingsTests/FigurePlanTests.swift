import Engines
import NumericFormats
import Records
import Testing
import Topology

@testable import Ceilings

/// How much memory a plan takes, on machines that the tests do not run on.
@Suite struct FigurePlanTests {
  /// Two packages of 128 cores: 32 MiB of L3 for 16 cores, 512 KiB of L2 and 48 KiB of L1 each.
  private static let server = "package:2 l3:8(size=33554432) l2:16(size=524288) l1d:1(size=49152) core:1 pu:1"

  private func plan(threads: Int, budget: Int, withLatency: Bool) throws -> FigurePlan {
    let topology = try Topology.discover(source: .synthetic(Self.server))
    let placement = Placement(pus: try topology.placement(threads: threads))
    return FigurePlan(
      topology: topology, placement: placement,
      options: CeilingMeter.Options(placements: [placement], seconds: 0.001, memoryBudget: budget),
      withLatency: withLatency)
  }

  /// All threads together, the chases of the first one included, stay within the budget.
  @Test(arguments: [1, 16, 256], [4 << 20, 100_000_001, 1 << 30, 64 << 30])
  func memoryStaysWithinTheBudget(threads: Int, budget: Int) throws {
    for withLatency in [false, true] {
      let plan = try plan(threads: threads, budget: budget, withLatency: withLatency)
      #expect(plan.byteCount <= budget)
      #expect(plan.streams.last?.level.name == "memory")
      #expect(plan.chases.isEmpty == !withLatency)
      // Nobody goes beyond their own part, and parts do not overlap.
      var end = 0
      for thread in 0..<threads {
        let part = plan.memory(of: thread)
        #expect(part.lowerBound == end && part.lowerBound.isMultiple(of: 4096))
        #expect(plan.streams.allSatisfy { $0.level.bytesPerThread <= part.count })
        end = part.upperBound
      }
      #expect(end == plan.byteCount)
      #expect(plan.chases.allSatisfy { $0.bytesPerThread <= plan.memory(of: 0).count })
    }
  }

  /// With enough memory nothing is left out; the chase of one thread is as large as ever, the others pay nothing for it.
  @Test func onlyTheFirstThreadHoldsTheChases() throws {
    let plan = try plan(threads: 256, budget: 64 << 30, withLatency: true)
    #expect(plan.notes.isEmpty)
    #expect(plan.chases.last?.bytesPerThread == 128 << 20)
    #expect(plan.streams.last?.level.bytesPerThread == 8 << 20)
    #expect(plan.byteCount == (128 << 20) + 255 * (8 << 20))
  }

  /// What does not fit is said.
  @Test func cachesThatDoNotFitAreLeftOut() throws {
    let plan = try plan(threads: 256, budget: 64 << 20, withLatency: false)
    // 192 KiB of each thread's L2 fit 256 KiB, 1 MiB of L3 does not.
    #expect(
      plan.streams.map(\.level.name).reduce(into: []) { if $0.last != $1 { $0.append($1) } } == ["L1", "L2", "memory"])
    #expect(plan.notes.contains { $0.hasPrefix("L3 is left out for 256 threads") })
    #expect(plan.notes.contains { $0.hasPrefix("Memory is measured with 64 MiB") })
  }
}
