import Analysis
import HostState
import NumericFormats
import Records
import Topology

/// A run as Google Benchmark's JSON: what machine it was, then one row of `run_type` `iteration` for each round of a timed
/// cell.
///
/// Source: google/benchmark, docs/user_guide.md, "Output Formats". As that library does with `cpu_scaling_enabled`, what the
/// record does not know of the machine is left out. Readers insist on `cpu_time`, which no worker measures: it is the wall
/// clock's time, and the context says so.
struct GoogleBenchmarkExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] {
    // One run: the format's capacity.
    runs.prefix(1).map { run in
      JSONText.object([("context", context(of: run)), ("benchmarks", .array(run.cells.flatMap(rows)))]).file
    }
  }

  var leftOut: [(id: String, reason: String)] {
    runs.flatMap(\.cells).filter { !$0.figures.isEmpty && $0.points(.throughput).isEmpty }.map {
      ($0.id, "has no place in the file, which holds times alone.")
    }
  }

  private func context(of run: ExportRun) -> JSONText {
    let machine = run.record.machine
    var members: [(String, JSONText)] = [
      ("date", .text(run.record.createdAt)), ("host_name", .text("not recorded")), ("executable", .text("assay")),
      ("num_cpus", .whole(machine.allowedPUs.count)),
    ]
    let frequencies = run.record.cells.flatMap(\.rounds).compactMap { $0.performance?.disturbance.megahertz }
    if let fastest = frequencies.max() { members.append(("mhz_per_cpu", .number(fastest.rounded()))) }
    if let governor = machine.governor { members.append(("cpu_scaling_enabled", .flag(governor != "performance"))) }
    members += [
      ("caches", .array(caches(of: run.record.topology))), ("load_avg", .array([])),
      ("library_build_type", .text(run.record.tool.configuration)),
      ("real_time_is", .text("the round's median latency of a query; in Offline its window over its queries")),
      ("cpu_time_is", .text("real_time: the time of CPUs is not measured")),
      ("cpu_model", .text(machine.cpuModel)), ("assay_version", .text(run.record.tool.version)),
    ]
    return .object(members + (run.commit.map { [("commit", .text($0))] } ?? []))
  }

  /// Each kind of cache once, as the format has it.
  private func caches(of topology: Topology) -> [JSONText] {
    var found: [(type: String, level: Int, size: UInt64, sharing: Int)] = []
    func visit(_ object: TopologyObject) {
      if object.type.hasPrefix("L"), let level = object.type.dropFirst().first?.wholeNumberValue,
        object.type.hasSuffix("Cache"), let size = object.bytes
      {
        let type = object.type.hasSuffix("iCache") ? "Instruction" : level == 1 ? "Data" : "Unified"
        if !found.contains(where: { $0.type == type && $0.level == level }) {
          found.append((type, level, size, Self.units(of: object)))
        }
      }
      object.children.forEach(visit)
    }
    visit(topology.root)
    return found.sorted { ($0.level, $0.type) < ($1.level, $1.type) }.map {
      .object([
        ("type", .text($0.type)), ("level", .whole($0.level)), ("size", .number(Double($0.size))),
        ("num_sharing", .whole($0.sharing)),
      ])
    }
  }

  private static func units(of object: TopologyObject) -> Int {
    (object.type == "PU" ? 1 : 0) + object.children.reduce(0) { $0 + units(of: $1) }
  }

  private func rows(of cell: ExportCell) -> [JSONText] {
    guard cell.cell.execution == .native, cell.cell.measurement != .fidelity else { return [] }
    let speeds = Dictionary(cell.points(.throughput).map { ($0.round, $0.value) }) { first, _ in first }
    let medians = Dictionary(cell.points(.latency).map { ($0.round, $0.value) }) { first, _ in first }
    let energies = Dictionary(cell.points(.energy).map { ($0.round, $0.value) }) { first, _ in first }
    return cell.result.rounds.enumerated().compactMap { index, round in
      guard let speed = speeds[round.index], speed > 0 else { return nil }
      let seconds = medians[round.index] ?? Double(cell.cell.batch) / speed
      var members: [(String, JSONText)] = [
        ("name", .text(cell.id)), ("run_name", .text(cell.id)), ("run_type", .text("iteration")),
        ("repetitions", .whole(cell.result.rounds.count)), ("repetition_index", .whole(index)),
        ("threads", .whole(cell.cell.placement.pus.count)),
        ("iterations", .whole(round.performances.reduce(0) { $0 + $1.latencies.count })),
        ("real_time", .number(seconds * 1e9)), ("cpu_time", .number(seconds * 1e9)), ("time_unit", .text("ns")),
        ("items_per_second", .number(speed)),
      ]
      if let energy = energies[round.index] { members.append(("joules_per_sample", .number(energy))) }
      return .object(members)
    }
  }
}
