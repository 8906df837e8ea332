import AppTestSupport
import Foundation
import Harness
import HostState
import Records
import Testing
import Topology

/// A worker that moves its own thread in the middle of the window: what the run, the summary and the rankings make of it.
@Suite(.serialized) struct StrayTests {
  /// What this process may use.
  private static let pus = ((try? Topology.discover())?.cores ?? []).flatMap(\.pus).sorted()

  @Test(.enabled(if: pus.count >= 2, "this process may use one PU alone"))
  func aRowWhoseThreadMovedIsMarkedAndInNoRanking() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("record.json")
    // One PU twice would be moved to another one; two PUs of two have nowhere else to go.
    let pus = Self.pus.prefix(2).map { "\($0)" }
    var lists = CellLists()
    lists.workloads = ["bert-small"]
    lists.precisions = ["fp32"]
    lists.placements = pus
    var options = RunOptions()
    (options.settings.rounds, options.settings.minDuration, options.settings.maxWarmUp) = (1, 0.3, 0.1)
    let topology = try Topology.discover()
    let catalogue = try Catalogue.current()
    let plan = try Plan(
      spec: RunSpec(
        suite: Suite(name: "t", summary: "", groups: [lists], settings: RunSettings()), options: options,
        topology: topology),
      topology: topology, catalogue: catalogue)
    try #require(plan.cells.count == 2)
    let record = Record(
      plan: plan, tool: .init(version: "0", compiler: "6", configuration: "debug", libraries: [:]),
      machine: .read(topology: topology), topology: topology)
    var executor = Executor(
      command: WorkerCommand(executable: AssayProcess.executable.path, arguments: ["worker"]),
      file: RecordFile(path: file.path)
    ) { _ in }
    executor.faults = [plan.cells[1].cell.id: .stray]
    let outcome = try await executor.run(record, plan: plan)
    #expect(outcome.record.cells.map { $0.failure } == [nil, nil])
    let marks = outcome.record.cells.map { result in result.rounds.map { $0.isMisplaced(in: result.cell) } }
    #expect(marks == [[false], [true]])
    let thread = try #require(outcome.record.cells[1].rounds.first?.performance?.placement?.threads.first)
    #expect(thread.firstStray != nil && thread.migrations >= 1 && thread.cpus.count == 2, "\(thread)")

    let summary = try AssayProcess.json(AssayProcess.run(["show", file.path, "--json"], in: folder).output)
    let cells = try #require(summary["cells"] as? [[String: Any]])
    #expect(cells.map { $0["isMisplaced"] as? Bool } == [false, true])
    let scaling = try #require(summary["scaling"] as? [[String: Any]])
    let ranked = scaling.flatMap { $0["points"] as? [[String: Any]] ?? [] }.compactMap { $0["id"] as? String }
    #expect(ranked == [plan.cells[0].cell.id])
    #expect(try AssayProcess.run(["show", file.path], in: folder).output.contains("moved: a thread was seen"))
  }
}
