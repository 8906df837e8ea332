import Analysis
import Energy
import Foundation
import HostState
import NumericFormats
import Records
import Testing
import Topology

@testable import Reports

/// Pages with one of everything that a report can show, by name.
enum PageSample {
  static func item(_ record: Record, costs: CostInputs? = nil, path: String = "Results/local/run.json") throws
    -> ReportPage.Item
  {
    .run(record, RunSummary(of: record, costs: costs), sweep: try SweepSummary(of: record), path: path)
  }

  /// A page that was made and read.
  struct Made: Sendable {
    let name: String
    let html: String
    let content: PageContent
  }

  /// All pages, made once for all tests: the large one takes a while.
  static let made: Result<[Made], any Error> = Result {
    try pages().map { name, page in
      let html = page.html
      return Made(name: name, html: html, content: try PageReader.read(html))
    }
  }

  /// One of them.
  static func made(_ name: String) throws -> Made {
    try #require(try made.get().first { $0.name == name }, "there is no page \(name)")
  }

  /// What `scripts/check-report` looks at.
  private static func pages() throws -> [(name: String, page: ReportPage)] {
    [
      ("busy", ReportPage([try item(Sample.busy)])),
      ("energy", ReportPage([try item(EnergySample.record, costs: EnergySample.costs)])),
      ("sweep", ReportPage([try item(SweepSample.full)])),
      ("scaling", ReportPage([try item(ScalingChartTests.two)])),
      ("nodes", ReportPage([try item(NodeSample.record)])),
      ("contracts", ReportPage([try item(ContractSample.record)])),
      ("lifelike", ReportPage([try item(lifelike)])),
      ("hostile", ReportPage([try item(ContractSample.record(named: hostile)), try item(hostileRun)], title: hostile)),
      ("none", ReportPage([try item(Sample.record([], status: .incomplete, warnings: []))])),
      ("load-line", ReportPage([.loadLine(EnergySample.measuredLine, path: "line.json")])),
      (
        "several",
        ReportPage([
          try item(lifelike, path: "a/lifelike.json"), try item(SweepSample.full, path: "b/sweep.json"),
          try item(NodeSample.record), try item(ContractSample.record),
          .loadLine(EnergySample.line { EnergySample.modelled(400 + 600 * $0) }, path: "c/line.json"),
          .loadLine(EnergySample.line { _ in Sample.noMeter }, path: "c/none.json"),
        ])
      ),
      ("large", ReportPage([try item(largest)])),
    ]
  }

  /// What wants to leave its place: a script's end, quotes, marks that turn the direction of text, an entity.
  static let hostile =
    "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\u{202E}\u{200F}\u{1B}[31m"

  /// A run whose every text is hostile.
  static var hostileRun: Record {
    let cell = Cell(
      workload: hostile, precision: .int8, execution: .native, contract: hostile, engine: hostile,
      placement: Placement(instances: [[0], [1]], words: hostile), batch: 1, measurement: .performance(.singleStream))
    var failure = Sample.performance(cell, milliseconds: 5, count: 40)
    failure.failure = Record.Failure(reason: hostile, lastErrorLines: [hostile, "plain"])
    failure.repro = "assay run --model '\(hostile)'"
    var energy = Sample.performance(
      Sample.cell(hostile, .fp32, threads: 1, .performance(.singleStream)), milliseconds: 5, count: 40,
      energy: .unavailable(reason: hostile))
    energy.repro = hostile
    var record = Sample.record([failure, energy], status: .incomplete, warnings: [hostile])
    record.machine.cpuModel = hostile
    record.machine.kernel = hostile
    record.machine.operatingSystem = hostile
    record.tool.version = hostile
    record.tool.libraries = [hostile: hostile]
    record.createdAt = hostile
    record.spec.suite = hostile
    return record
  }

  /// A run as machines make them: three precisions, timed and compared, on 1 to 8 threads, with latencies that have tails.
  static let lifelike: Record = {
    var random = Noise(seed: 3)
    var cells: [Record.CellResult] = []
    for (precision, speed) in [(Precision.fp32, 1.0), (.bf16, 1.75), (.int8, 3.1)] {
      for threads in [1, 2, 4, 8] {
        let rate =
          24 * speed * Double(threads) / (1 + 0.03 * Double(threads - 1) + 0.004 * Double(threads * (threads - 1)))
        cells.append(
          timed(
            "resnet50", precision, threads: threads, rate: rate, count: 420, watts: 34 + 11 * Double(threads), &random))
      }
      if precision != .fp32 {
        cells.append(
          Sample.fidelity(
            cell("resnet50", precision, threads: 8, .fidelity), sqnr: precision == .bf16 ? 36.2 : 21.4,
            cosine: precision == .bf16 ? 0.99988 : 0.9964, top1: precision == .bf16 ? 1 : 0.9688,
            weights: precision == .bf16 ? 51_114_064 : 25_557_032,
            activations: precision == .bf16 ? 22_000_000 : 11_000_000))
      }
    }
    var record = Sample.record(
      cells, status: .complete,
      warnings: ["The governor is powersave: clocks follow the load. Set it to performance while you measure."])
    record.blas = nil
    record.machine.cores = 8
    record.machine.allowedPUs = Array(0..<8)
    record.machine.quotaCPUs = nil
    return record
  }()

  /// 500 cells of five rounds with 200 latencies each.
  static let largest = large()

  /// As many cells, rounds and queries as asked for.
  static func large(cells count: Int = 500, rounds: Int = 5, queries: Int = 200) -> Record {
    var random = Noise(seed: 9)
    let batches = [1, 2, 4, 8, 16], threads = [1, 2, 4, 8, 16]
    let workloads = [
      "resnet50", "bert-base-384", "minilm-l6", "resnet-small", "minilm-small", "model-of-a-user", "another-model",
    ]
    var cells: [Record.CellResult] = []
    for workload in workloads {
      for precision in [Precision.fp32, .bf16, .int8] {
        for batch in batches {
          for count in threads {
            let rate =
              30 * Double(count) / (1 + 0.05 * Double(count - 1)) * (precision == .fp32 ? 1 : 2) / Double(batch)
            cells.append(
              timed(
                workload, precision, threads: count, batch: batch, rate: rate, count: queries, rounds: rounds,
                watts: 30 + 9 * Double(count), &random))
          }
        }
      }
    }
    return Sample.record(Array(cells.prefix(count)), status: .complete, warnings: [])
  }

  private static func cell(
    _ workload: String, _ precision: Precision, threads: Int, batch: Int = 1, _ measurement: Cell.Measurement
  ) -> Cell {
    let contract = precision == .fp32 ? "fp32-fma" : precision == .bf16 ? "bf16-vdpbf16ps" : "u8s8-vnni"
    return Cell(
      workload: workload, precision: precision, execution: .native, contract: contract, engine: "native",
      placement: Placement(pus: Array(0..<threads)), batch: batch, measurement: measurement)
  }

  /// Rounds around `rate` queries a second, with a tail as schedulers make it.
  private static func timed(
    _ workload: String, _ precision: Precision, threads: Int, batch: Int = 1, rate: Double, count: Int, rounds: Int = 5,
    watts: Double, _ random: inout Noise
  ) -> Record.CellResult {
    let cell = cell(workload, precision, threads: threads, batch: batch, .performance(.singleStream))
    var result = Sample.performance(cell, milliseconds: 1, count: 2, rounds: rounds)
    result.plannedRounds = rounds
    for index in result.rounds.indices {
      let base = 1e9 / rate * (1 + 0.004 * random.normal())
      let latencies = (0..<count).map { _ in
        let tail = random.uniform() < 0.04 ? 0.35 * -log(max(random.uniform(), 1e-6)) : 0
        return Int64(base * (0.985 + 0.012 * abs(random.normal()) + tail))
      }
      let duration = latencies.reduce(0, +)
      result.rounds[index].performance?.latencies = latencies
      result.rounds[index].performance?.duration = duration
      result.rounds[index].performance?.energy = EnergySample.reading(
        watts * Double(duration) / 1e9 * (1 + 0.01 * random.normal()), seconds: Double(duration) / 1e9)
      result.rounds[index].performance?.disturbance.involuntarySwitches = 1
    }
    return result
  }

  /// Numbers that are the same in every run: SplitMix64, and sums of twelve for a bell.
  struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
  }
}
