import LoadGen
import Serving

/// What a dynamic batcher did, as text: how long samples waited, how large batches were, how busy instances were.
public struct BatchingReportText {
  private let report: BatchingReport
  private let style: ReportStyle

  /// More sizes than this are shown in ranges.
  private static let most = 12

  /// Makes a text.
  public init(_ report: BatchingReport, style: ReportStyle = ReportStyle()) {
    self.report = report
    self.style = style
  }

  /// The text, ended by a line feed.
  public var text: String {
    let parts = report.batches == 0 ? [summary] : [summary, sizes.rendered(style), instances.rendered(style)]
    return parts.joined(separator: [""]).joined(separator: "\n") + "\n"
  }

  private var summary: [String] {
    let policy = report.policy
    var notes: [(lead: String, text: String)] = [
      (
        "batching",
        "batches of at most \(Figure.exact(policy.maxBatch)), which wait at most \(TimeSpan.text(policy.maxWait)) to "
          + "fill; " + Figure.counted(report.instances.count, "instance")
      ),
      (
        "samples",
        report.batches == 0
          ? "none"
          : "\(Figure.exact(report.samples)) in \(Figure.exact(report.batches)) batches, "
            + "\(Figure.plain(report.meanBatch)) in the mean"
      ),
    ]
    if let queue = report.queueTime {
      let shown = zip(LatencySummary.percentiles, queue.values).filter { [0.5, 0.9, 0.99].contains($0.0) }
      let percentiles = shown.map { "p\(Figure.plain($0.0 * 100)) \(Figure.milliseconds($0.1))" }
      notes.append(
        (
          "queue",
          (["mean \(Figure.significant(queue.mean / 1e6))"] + percentiles + ["most \(Figure.milliseconds(queue.max))"])
            .joined(separator: ", ") + " ms until the sample's batch began; at most "
            + "\(Figure.exact(report.deepestQueue)) waited"
        ))
    }
    return style.footnotes(notes)
  }

  private var sizes: TextTable {
    var table = TextTable([
      .init("batch", .right), .init("batches", .right), .init("share", .right, dropOrder: 3),
      .init("service", unit: "ms", .right), .init("least", unit: "ms", .right, dropOrder: 1),
      .init("most", unit: "ms", .right, dropOrder: 2), .init("per sample", unit: "ms", .right),
    ])
    for group in groups {
      let batches = group.reduce(0) { $0 + $1.batches }
      let samples = group.reduce(0) { $0 + $1.batches * $1.size }
      let service = group.reduce(0) { $0 + $1.meanService * Double($1.batches) }
      let (first, last) = (group[0].size, group[group.count - 1].size)
      table.add(row: [
        first == last ? "\(first)" : "\(first)-\(last)", Figure.exact(batches),
        Figure.percent(Double(batches) / Double(max(report.batches, 1))),
        Figure.significant(service / Double(max(batches, 1)) / 1e6),
        Figure.milliseconds(group.map(\.leastService).min() ?? 0),
        Figure.milliseconds(group.map(\.mostService).max() ?? 0),
        Figure.significant(service / Double(max(samples, 1)) / 1e6),
      ])
    }
    return table
  }

  /// The sizes that one row shows: one, or where there are many those from above a power of two to the next.
  private var groups: [[BatchingReport.Size]] {
    guard report.sizes.count > Self.most else { return report.sizes.map { [$0] } }
    func range(_ size: Int) -> Int { Int.bitWidth - max(size - 1, 0).leadingZeroBitCount }
    return report.sizes.reduce(into: []) { groups, size in
      if let last = groups.last?.last, range(last.size) == range(size.size) {
        groups[groups.count - 1].append(size)
      } else {
        groups.append([size])
      }
    }
  }

  private var instances: TextTable {
    let hasFailures = report.instances.contains { $0.failedBatches > 0 }
    var table = TextTable(
      [
        .init("instance", .right), .init("batches", .right), .init("samples", .right), .init("busy", unit: "s", .right),
        .init("busy share", .right),
      ] + (hasFailures ? [.init("failed batches", .right)] : []))
    for (number, instance) in report.instances.enumerated() {
      table.add(row: [
        "\(number + 1)", Figure.exact(instance.batches), Figure.exact(instance.samples),
        Figure.significant(Double(instance.busy) / 1e9), Figure.percent(instance.utilisation),
        Figure.exact(instance.failedBatches),
      ])
    }
    return table
  }
}
