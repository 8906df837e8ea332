import Analysis
import Energy
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct AnswerTests {
  private func answers(_ record: Record) -> [Answer] { Answer.all(in: record, RunSummary(of: record)) }

  @Test func theBestOfEveryWorkloadIsFound() throws {
    let all = answers(EnergySample.record)
    #expect(all.map(\.workload) == ["resnet50", "bert-base-384", "minilm-l6"])
    #expect(all[0].fastest?.cell.cell.precision == .int8 && all[0].quickest?.cell.cell.precision == .int8)
    // Of the meter; the model's 0.95 J are not held against it.
    #expect(all[0].thriftiest?.cell.energy?.source == "powercap-rapl")
    #expect(all[2].thriftiest == nil && all[2].noEnergy == EnergySample.unreadable)
    #expect(all[0].losses.isEmpty)
  }

  @Test func lossesAreThereOnceAndInOrder() throws {
    let all = answers(PageSample.lifelike)
    #expect(all[0].losses.map(\.cell.cell.precision) == [.bf16, .int8])
    #expect(all[0].losses[0].fidelity.relativeError < all[0].losses[1].fidelity.relativeError)
  }

  @Test func whatStrayedWinsNothing() throws {
    let best = try #require(answers(SweepSample.full).first?.fastest)
    let speed = try #require(best.cell.throughput?.mean)
    #expect((790.0...820).contains(speed))
    #expect(best.ties >= 1)
    // The fastest of all ran elsewhere.
    #expect(RunSummary(of: SweepSample.full).cells.contains { ($0.throughput?.mean ?? 0) > speed && $0.isMisplaced })
  }

  private func trust(_ record: Record) throws -> Trust {
    Trust(record: record, summary: RunSummary(of: record), canaries: try SweepSummary(of: record)?.canaries)
  }

  @Test func aQuietRunIsTrusted() throws {
    var record = Sample.quiet
    for index in record.cells.indices {
      for round in record.cells[index].rounds.indices {
        record.cells[index].rounds[round].performance?.latencies += [Int64](repeating: 24_000_000, count: 300)
      }
    }
    let found = try trust(record)
    #expect(found.verdict == .good, "\(found.doubts)")
    #expect(found.doubts.isEmpty)
  }

  @Test func doubtsAreNamed() throws {
    let busy = try trust(Sample.busy)
    #expect(busy.verdict == .care)
    for part in ["is incomplete: 1 of 8 cells has", "1 of 8 cells failed", "2 of 8 cells were disturbed", "2 warnings"]
    {
      #expect(busy.doubts.contains { $0.contains(part) }, "\(part): \(busy.doubts)")
    }
    let sweep = try trust(SweepSample.full)
    #expect(sweep.doubts.contains { $0.contains("elsewhere than asked for") })
  }

  @Test func whatMakesFiguresWorthlessIsSaidFirst() throws {
    var debug = Sample.quiet
    debug.tool.configuration = "debug"
    #expect(try trust(debug).verdict == .bad)
    #expect(try trust(debug).doubts.first?.contains("built for debug") == true)
    #expect(try trust(SweepSample.impossible).verdict == .bad)
    #expect(try trust(SweepSample.impossible).doubts.first?.contains("machine itself moved") == true)
    #expect(try trust(Sample.record([], status: .complete, warnings: [])).verdict == .bad)
    var differing = Sample.quiet
    differing.cells[0].rounds[1].observation.output.norm = 9
    #expect(try trust(differing).verdict == .bad)
    var single = Sample.quiet
    for index in single.cells.indices { single.cells[index].rounds = Array(single.cells[index].rounds.prefix(1)) }
    #expect(try trust(single).verdict == .bad)
  }
}
