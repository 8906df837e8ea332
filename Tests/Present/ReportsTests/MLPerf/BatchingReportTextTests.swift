import LoadGen
import Serving
import Testing

@testable import Reports

@Suite struct BatchingReportTextTests {
  private func report(sizes: [Int], failed: Int = 0) -> BatchingReport {
    let all = sizes.enumerated().map { place, size in
      BatchingReport.Size(
        size: size, batches: 40 + 10 * place, meanService: 1_000_000 + 450_000 * Double(size),
        leastService: 900_000 + 400_000 * Int64(size), mostService: 2_000_000 + 600_000 * Int64(size))
    }
    let samples = all.reduce(0) { $0 + $1.size * $1.batches }
    let batches = all.reduce(0) { $0 + $1.batches }
    return BatchingReport(
      policy: BatchPolicy(maxBatch: sizes.max() ?? 8, maxWait: 2_500_000), span: 10_000_000_000, samples: samples,
      queueTime: LatencySummary(
        count: samples, min: 2000, max: 7_654_321, mean: 1_234_567,
        values: [1_100_000, 2_200_000, 2_300_000, 2_400_000, 4_500_000, 6_600_000], target: 4_500_000),
      deepestQueue: 1234, sizes: all,
      instances: [
        .init(
          batches: batches / 2, samples: samples / 2, failedBatches: 0, busy: 9_120_000_000, utilisation: 0.912),
        .init(
          batches: batches - batches / 2, samples: samples - samples / 2, failedBatches: failed, busy: 8_500_000_000,
          utilisation: 0.85),
      ])
  }

  @Test func aFewSizes() throws {
    try expectSnapshot(BatchingReportText(report(sizes: [1, 2, 3, 7, 8])).text, "batching-100")
  }

  @Test func manySizesAndFailuresInLittleRoom() throws {
    let text = BatchingReportText(report(sizes: Array(1...64), failed: 3), style: ReportStyle(width: 60)).text
    try expectSnapshot(text, "batching-60")
  }

  @Test func nothing() {
    let report = BatchingReport(
      policy: BatchPolicy(maxBatch: 8, maxWait: 0), span: 0, samples: 0, queueTime: nil, deepestQueue: 0, sizes: [],
      instances: [.init(batches: 0, samples: 0, failedBatches: 0, busy: 0, utilisation: 0)])
    #expect(
      BatchingReportText(report).text == """
          batching  batches of at most 8, which wait at most 0s to fill; 1 instance
          samples   none

        """)
  }
}
