import Analysis
import Glibc
import Store

/// Histories for pictures and tables.
enum TrendSample {
  static let cell = "resnet50/fp32/native/t2/b1/SingleStream"
  static let fast = StoredMachine(key: "0123456789abcdef", facts: "Example CPU 9000, 2 cores, 2 PUs, 8 GiB, KVM")
  static let slow = StoredMachine(key: "fedcba9876543210", facts: "Example CPU 100, 1 core, 1 PU, 2 GiB, bare metal")

  static func day(_ index: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2025-\(two(1 + index / 28))-\(two(1 + index % 28))T06:30:00Z"
  }

  static func row(
    _ index: Int, machine: StoredMachine = fast, label: String? = nil, setting: String? = nil, suite: String = "quick",
    status: String = "complete"
  ) -> HistoryRow {
    HistoryRow(
      number: Int64(index + 1), digest: "\(index)", path: "Results/local/quick-2025-\(index).json",
      created: Int64(index),
      createdAt: day(index), addedAt: day(index), suite: suite, tool: "0.1.0", status: status, machine: machine,
      setting: setting, label: label, cells: 20)
  }

  /// Nightly runs: a level, a step up at the 16th and a smaller one down at the 31st, each by about 1 % off.
  static func points(
    _ count: Int = 40, metric: Metric = .latency, level: Double = 0.0124, source: String? = nil
  ) -> [HistoryPoint] {
    (0..<count).map { index in
      let wobble = 1 + 0.006 * sin(Double(index) * 2.4) + 0.004 * cos(Double(index) * 5.1)
      let value = level * (index < 15 ? 1 : index < 30 ? 1.08 : 1.03) * wobble
      let isFew = index.isMultiple(of: 7)
      return HistoryPoint(
        record: row(
          index, label: index.isMultiple(of: 3) ? nil : "v1.\(index)-g\(String(index * 7919, radix: 16))",
          setting: "assay\t0.1.0\nkernel\t\(index < 15 ? "6.1.0" : "6.8.0")"),
        figure: StoredFigure(
          metric: metric.rawValue, value: value, lower: isFew ? nil : value * 0.99, upper: isFew ? nil : value * 1.01,
          count: isFew ? 3 : 7, source: source, rounds: []))
    }
  }

  static func trend(
    _ points: [HistoryPoint] = points(), metric: Metric = .latency, others: [HistoryStore.MachineCount] = [],
    older: Int = 0
  ) -> Trend {
    Trend(cell: cell, metric: metric, points, machine: fast, others: others, older: older)
  }

  static let others = [HistoryStore.MachineCount(machine: slow, records: 12)]

  /// With everything that can be said.
  static let full: Trend = {
    let missing = HistoryPoint(
      record: row(41),
      figure: StoredFigure(metric: "latency", value: nil, count: 0, missing: "The cell failed: it was killed."))
    return trend(points() + [missing], others: others, older: 3)
  }()

  static let listing = RecordListing(
    store: "Results/local/history.sqlite",
    rows: [
      row(200, label: "v2.0-14-gabcdef0123456789 on a branch with a long name"),
      row(31, machine: slow, suite: "nightly-all"),
      row(30, status: "incomplete"), row(3),
    ], total: 204)
}
