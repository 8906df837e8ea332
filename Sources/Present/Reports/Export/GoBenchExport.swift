import Analysis
import HostState
import Records

/// Go's benchmark text: one line a round, so that benchstat has samples to compare.
///
/// Source: Cox and Clements, "Proposal: Go Benchmark Data Format", golang/proposal design/14313, with its unit metadata. A name
/// is `Benchmark`, then what was measured as `/key=value`, then the number of processing units after a dash.
struct GoBenchExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] { [(Self.units + runs.flatMap(lines)).map { $0 + "\n" }.joined()] }

  /// What readers cannot know of units that are not Go's own.
  private static var units: [String] {
    ExportFigure.Kind.allCases.map { "Unit \(unit($0)) better=\($0.better.rawValue)" }
  }

  /// The unit's own name is its last word after a dash.
  private static func unit(_ kind: ExportFigure.Kind) -> String {
    switch kind {
    case .latency: "ns/op"
    case .tailLatency: "p99-ns/op"
    case .throughput: "samples/s"
    case .energy: "J/sample"
    case .modelledEnergy: "modelled-J/sample"
    case .memory: "peak-B"
    case .error: "relative-error"
    case .accuracy: "accuracy"
    }
  }

  private func lines(of run: ExportRun) -> [String] {
    let machine = run.record.machine
    let facts: [(key: String, value: String?)] = [
      ("goos", "linux"), ("pkg", "assay/\(run.record.spec.suite)"), ("cpu", machine.cpuModel),
      ("cpu-count", "\(machine.allowedPUs.count)"), ("cpu-physical-count", "\(machine.cores)"),
      ("os", machine.operatingSystem), ("kernel", machine.kernel), ("assay-version", run.record.tool.version),
      ("run-time", run.record.createdAt), ("commit", run.commit),
    ]
    // A line without a value takes back what an earlier run said.
    return facts.map { key, value in value.map { "\(key): \($0.printable)" } ?? "\(key):" } + [""]
      + run.cells.flatMap(lines)
  }

  private func lines(of cell: ExportCell) -> [String] {
    let name = Self.name(of: cell)
    var values: [Int: [String]] = [:]
    for figure in cell.figures {
      for point in cell.points(figure.kind) {
        values[point.round, default: []].append("\(Self.scaled(point.value, figure.kind)) \(Self.unit(figure.kind))")
      }
    }
    var lines = cell.result.rounds.compactMap { round in
      values[round.index].map { "\(name)\t\(Self.iterations(of: round))\t\($0.joined(separator: "\t"))" }
    }
    if let energy = cell.figure(.modelledEnergy) {
      // A model says nothing of rounds that it does not say of all.
      lines.append("\(name)\t\(max(1, cell.summary.finishedRounds))\t\(energy.value) \(Self.unit(.modelledEnergy))")
    }
    let notes =
      (cell.result.failure.map { ["failed: \($0.reason)"] } ?? [])
      + cell.summary.disturbances.map { "disturbed: \($0.kind.rawValue)" }
      + cell.missing.map { "without \($0.kind.title): \($0.reason)" }
    return notes.map { "# \(cell.id) \($0)".printable } + lines
  }

  private static func scaled(_ value: Double, _ kind: ExportFigure.Kind) -> Double {
    switch kind {
    case .latency, .tailLatency: value * 1e9
    case .throughput, .energy, .modelledEnergy, .memory, .error, .accuracy: value
    }
  }

  /// Queries of the round, samples where outputs were compared; at least one.
  private static func iterations(of round: Round) -> Int {
    let queries = round.performances.reduce(0) { $0 + $1.latencies.count }
    return max(1, queries > 0 ? queries : round.fidelity?.samples ?? 1)
  }

  /// For example `BenchmarkInference/workload=resnet50/precision=fp32/engine=native/threads=2/batch=1/scenario=Offline-2`.
  private static func name(of cell: ExportCell) -> String {
    let placement = cell.cell.placement
    var parts: [(key: String, value: String)] = [
      ("workload", cell.cell.workload), ("precision", cell.precision), ("engine", cell.cell.engine),
    ]
    if placement.instances.count > 1 { parts.append(("instances", "\(placement.instances.count)")) }
    parts += [
      ("threads", "\(placement.threads)"), ("batch", "\(cell.cell.batch)"), ("scenario", cell.cell.measurement.name),
    ]
    if !cell.variations.isEmpty { parts.append(("variant", cell.variations.joined(separator: "+"))) }
    let text = parts.map { "/\($0.key)=\(escaped($0.value))" }.joined()
    return "BenchmarkInference\(text)-\(max(1, placement.pus.count))"
  }

  /// What names may hold stays; other bytes become `%XX`, so that two names never become one.
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
