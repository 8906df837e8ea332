import Foundation
import LoadGen
import Testing

@testable import Serving

@Suite struct BatchTallyTests {
  private func report(_ tallies: [BatchTally], queued: LatencyHistogram, begin: Int64) -> BatchingReport {
    BatchingReport(
      policy: BatchPolicy(maxBatch: 4, maxWait: 100), begin: begin, tallies: tallies, queued: queued, deepest: 3)
  }

  private func fill() -> (tallies: [BatchTally], queued: LatencyHistogram, latencies: [Int64]) {
    var tallies = [BatchTally(maxBatch: 4), BatchTally(maxBatch: 4)]
    let queued = LatencyHistogram()
    var latencies: [Int64] = []
    let batches: [(instance: Int, issued: [Int64], begin: Int64, end: Int64, isFailed: Bool)] = [
      (0, [1000, 1010, 1050, 1060], 1060, 1160, false), (1, [1100], 1200, 1250, false),
      (0, [1150, 1160], 1200, 1270, true), (1, [1290], 1300, 1400, false),
    ]
    for batch in batches {
      batch.issued.withUnsafeBufferPointer {
        tallies[batch.instance].add(issued: $0, begin: batch.begin, end: batch.end, isFailed: batch.isFailed)
      }
      for issued in batch.issued {
        queued.add(batch.begin - issued)
        latencies.append(batch.end - issued)
      }
    }
    return (tallies, queued, latencies)
  }

  @Test func timesInTheQueueAndInBatchesAddUpToLatencies() throws {
    let (tallies, queued, latencies) = fill()
    let report = report(tallies, queued: queued, begin: 1000)
    let queue = try #require(report.queueTime)
    let service = report.sizes.reduce(0) { $0 + $1.meanService * Double($1.batches * $1.size) }
    #expect(queue.mean * Double(queue.count) + service == Double(latencies.reduce(0, +)))
  }

  @Test func everythingIsAccountedFor() throws {
    let (tallies, queued, _) = fill()
    let report = report(tallies, queued: queued, begin: 1000)
    #expect(report.samples == 8)
    #expect(report.batches == 4)
    #expect(report.meanBatch == 2)
    #expect(report.span == 400)
    #expect(report.deepestQueue == 3)
    #expect(
      report.sizes == [
        .init(size: 1, batches: 2, meanService: 75, leastService: 50, mostService: 100),
        .init(size: 2, batches: 1, meanService: 70, leastService: 70, mostService: 70),
        .init(size: 4, batches: 1, meanService: 100, leastService: 100, mostService: 100),
      ])
    #expect(
      report.instances == [
        .init(batches: 2, samples: 6, failedBatches: 1, busy: 170, utilisation: 0.425),
        .init(batches: 2, samples: 2, failedBatches: 0, busy: 150, utilisation: 0.375),
      ])
    let queue = try #require(report.queueTime)
    // In the queue: 60, 50, 10, 0, 100, 50, 40, 10.
    #expect(queue.count == 8)
    #expect(queue.min == 0)
    #expect(queue.max == 100)
    #expect(queue.mean == 40)
    #expect(queue.values[0] == 50)
    #expect(queue.target == 100)
  }

  @Test func nothingIsNoReasonToFail() {
    let report = report([BatchTally(maxBatch: 4)], queued: LatencyHistogram(), begin: 0)
    #expect(report.samples == 0)
    #expect(report.queueTime == nil)
    #expect(report.sizes.isEmpty)
    #expect(report.meanBatch == 0)
    #expect(report.instances.map(\.utilisation) == [0])
  }

  @Test func reportsSurviveJSON() throws {
    let (tallies, queued, _) = fill()
    let report = report(tallies, queued: queued, begin: 1000)
    #expect(try JSONDecoder().decode(BatchingReport.self, from: JSONEncoder().encode(report)) == report)
  }
}
