import AppTestSupport
import Analysis
import Energy
import Foundation
import MachineTestSupport
import Records
import Testing
import Topology

/// What runs say of the energy of a made-up machine, from the meters to the record.
@Suite(.serialized) struct RunEnergyTests {
  @Test func aRunIsMetered() throws {
    let (record, summary) = try AssayProcess.withFolder { folder in
      try LiveCounters.with { root in
        let run = try AssayProcess.run(
          [
            "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "2", "--min-duration", "1",
            "--max-warm-up", "0.1", "--idle-time", "0.5", "--sys-root", root, "--output", "record.json", "--json",
          ], in: folder)
        try #require(run.status == 0, "\(run.error)")
        return (
          try JSONDecoder().decode(
            Record.self, from: try Data(contentsOf: folder.appending(path: "record.json"))),
          try JSONDecoder().decode(RunSummary.self, from: Data(run.output.utf8))
        )
      }
    }
    let cell = try #require(record.cells.first { $0.rounds.first?.performance != nil })
    for round in cell.rounds {
      let performance = try #require(round.performance)
      guard case .measured(let energy) = performance.energy else {
        Issue.record("\(performance.energy)")
        return
      }
      #expect(energy.source == "powercap-rapl" && energy.domains.map(\.name) == ["package-0", "package-1"])
      #expect(energy.seconds == Double(performance.duration) / 1e9)
      #expect((60.0...140).contains(energy.joules / energy.seconds))
      #expect(round.observation.tokensPerSample == 32)
    }
    let power = try #require(record.power)
    #expect(power.idleBefore?.map(\.source) == ["powercap-rapl"] && power.idleAfter?.map(\.source) == ["powercap-rapl"])
    let monitor = try #require(power.monitor)
    #expect(monitor.readings > 10)
    if try Topology.discover().allowedPUs.count > 1 {
      #expect(monitor.isApart && !monitor.pus.isEmpty)
      #expect(Set(monitor.pus).isDisjoint(with: cell.cell.placement.pus))
    }
    let told = try #require(summary.cells.first { $0.id == cell.id })
    let metrics = try #require(told.energyMetrics)
    guard case .measured(let energy) = told.energy else { return }
    #expect(metrics.origin == .measured && energy.net != nil && energy.rounds == 2)
    #expect(
      abs(metrics.millijoulesPerQuery - energy.joules * 1e3 * Double(cell.cell.batch)) < 1e-9
        * metrics.millijoulesPerQuery)
    #expect(metrics.joulesPerToken == energy.joules / 32)
  }

  @Test func costsAreReadOnceBeforeAnythingIsMeasured() throws {
    let none = try FakeSystem()
    try AssayProcess.withFolder { folder in
      let (costs, record) = (folder.appending(path: "costs.yaml"), folder.appending(path: "record.json"))
      try Data("price-per-hour: 0.36\ncurrency: EUR\n".utf8).write(to: costs)
      let running = try AssayProcess.start(
        [
          "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "3", "--min-duration", "0.5",
          "--max-warm-up", "0.1", "--sys-root", none.root, "--costs", "costs.yaml", "--output", "record.json",
        ], in: folder)
      #expect(running.wait { FileManager.default.fileExists(atPath: record.path) })
      try FileManager.default.removeItem(at: costs)
      let run = running.wait()
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("EUR/1 M samples"))
    }
  }

  @Test func aTestLeavesWhatItsMeterSaid() throws {
    try AssayProcess.withFolder { folder in
      try LiveCounters.with { root in
        let run = try AssayProcess.run(
          [
            "mlperf", "run", "--system", "sleep:2ms", "--scenario", "Offline", "--min-duration", "2200ms", "--sys-root",
            root, "--output-dir", "logs",
          ], in: folder)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.contains("MLPerf Power; this is MLPerf-like."))
        let check = try AssayProcess.run(["mlperf", "check", "logs"], in: folder)
        #expect(check.status == 0, "\(check.output)")
      }
      func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: "logs/\(file)")), as: UTF8.self)
      }
      let lines = try text("spl.txt").split(separator: "\n").map { $0.split(separator: ",") }
      #expect(lines.count >= 2)
      for line in lines {
        #expect(line.count == 12 && line[0] == "Time" && line[2] == "Watts" && line[11] == "powercap-rapl")
        #expect((60.0...140).contains(Double(line[3]) ?? 0))
      }
      let detail = try text("mlperf_log_detail.txt")
      #expect(detail.contains("\"power_begin\"") && detail.contains("\"power_end\""))
    }
  }

  @Test func aModelRanksNothing() throws {
    let none = try FakeSystem()
    let run = try AssayProcess.withFolder {
      try AssayProcess.run(
        [
          "sweep", "minilm-small", "--goal", "efficiency", "--budget", "5s", "--sys-root", none.root, "--power-model",
          "idle=10,max=20",
        ], in: $0)
    }
    #expect(run.status == 69)
    #expect(run.error.contains("The goal efficiency needs an energy meter"))
  }
}
