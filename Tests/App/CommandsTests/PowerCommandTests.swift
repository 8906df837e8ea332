import AppTestSupport
import Energy
import Foundation
import MachineTestSupport
import Records
import Testing

private struct End: Sendable {
  let command: [String]
  let status: Int32
  let part: String

  init(_ command: [String], _ status: Int32, _ part: String = "") {
    self.command = command
    self.status = status
    self.part = part
  }
}

private let ends = [
  End(["sh", "-c", "exit 7"], 7), End(["sh", "-c", "kill -9 $$"], 137), End(["/nonexistent/command"], 127),
  End(["/dev/null"], 126),
]

private let refusals = [
  End(["power"], 64, "Name a command"), End(["power", "--", ""], 64, "empty"),
  End(["power", "--power-model", "idle=5", "--", "true"], 64, "both idle and max"),
  End(["power", "--idle-time=-1", "--", "true"], 64, "--idle-time"),
  End(["power", "--output", "/proc/none/x", "--", "true"], 73, "/proc/none/x"),
  End(["power", "--meter", "radio:5", "--", "true"], 64, "no kind of meter"),
  End(["power", "--ipmi", "host:port", "--", "true"], 64, "--ipmi"),
  // Whoever names a meter wants its figures.
  End(["power", "--meter", "wall=exec:false", "--", "true"], 69, "The meter wall cannot be read."),
  End(["run", "--workload", "resnet-small", "--meter", "csv:/nonexistent.csv"], 69, "/nonexistent.csv"),
  End(["loadline"], 64, "Name a workload"), End(["loadline", "resnet-small", "--steps", "0"], 64, "--steps"),
  End(["loadline", "resnet-small", "--step-time", "1ms"], 64, "--step-time"),
]

@Suite struct PowerCommandTests {
  private static func run(_ arguments: [String]) throws -> AssayProcess.Result {
    try AssayProcess.withFolder { try AssayProcess.run(arguments, in: $0) }
  }

  @Test func metersAreListedWithWhyTheyCannotBeRead() throws {
    let none = try FakeSystem()
    let text = try Self.run(["power", "list", "--sys-root", none.root])
    #expect(text.status == 0, "\(text.error)")
    #expect(text.output.contains("/sys/class/powercap does not exist"))
    #expect(text.output.contains("No meter can be read here, so energy is unavailable."))
    try LiveCounters.with { root in
      let json = try Self.run(["power", "list", "--json", "--sys-root", root])
      let listings = try JSONDecoder().decode([MeterListing].self, from: Data(json.output.utf8))
      let rapl = try #require(listings.first { $0.name == "powercap-rapl" })
      #expect(rapl.isAvailable && rapl.domains == ["package-0", "package-1"] && rapl.scope == .processor)
      #expect(listings.first { $0.name == "powercap-psys" }?.reason?.contains("no RAPL domain named psys") == true)
    }
  }

  private static func measurement(_ arguments: [String], status: Int32 = 0) throws -> PowerMeasurement {
    let result = try Self.run(["power", "--json"] + arguments)
    #expect(result.status == status, "\(result.error)")
    #expect(result.output.isEmpty)
    return try JSONDecoder().decode(PowerMeasurement.self, from: Data(result.error.utf8))
  }

  @Test func aCommandIsMetered() throws {
    try LiveCounters.with { root in
      let measurement = try Self.measurement(["--sys-root", root, "--idle-time", "0.5", "--", "sleep", "1"])
      #expect((1.0...10).contains(measurement.seconds))
      let reading = try #require(measurement.readings.first { $0.source == "powercap-rapl" })
      guard case .measured(let energy) = reading.energy else {
        Issue.record("\(reading.energy)")
        return
      }
      // What keeps the counters up to date may wait for a CPU; the rest is exact.
      #expect((60.0...140).contains(energy.joules / energy.seconds))
      #expect(abs(energy.seconds - measurement.seconds) < 1e-9)
      #expect(measurement.power.idleBefore?.isEmpty == false && measurement.power.idleAfter?.isEmpty == false)
      #expect((measurement.power.monitor?.readings ?? 0) > 10)
      let text = try Self.run(["power", "--sys-root", root, "--", "echo", "mine"])
      #expect(text.output == "mine\n")
      #expect(text.error.contains("Energy of: echo mine"))
    }
  }

  @Test func withoutAMeterTheReasonIsTold() throws {
    let none = try FakeSystem()
    let measurement = try Self.measurement(["--sys-root", none.root, "--", "true"])
    guard case .unavailable(let reason) = measurement.readings.first?.energy else {
      Issue.record("energy of nothing")
      return
    }
    #expect(reason.contains("/sys/class/powercap does not exist"))
    let text = try Self.run(["power", "--sys-root", none.root, "--", "true"])
    #expect(text.error.contains("unavailable: /sys/class/powercap does not exist"))
  }

  @Test func modelsAreMarked() throws {
    let none = try FakeSystem()
    let arguments = ["--sys-root", none.root, "--power-model", "idle=50,max=200", "--", "sleep", "0.5"]
    let measurement = try Self.measurement(arguments)
    guard case .modelled(let energy) = measurement.readings.last?.energy else {
      Issue.record("\(measurement.readings)")
      return
    }
    #expect((50.0...200).contains(energy.joules / measurement.seconds))
    let text = try Self.run(["power"] + arguments)
    #expect(text.error.contains("modelled, not measured"))
  }

  @Test(arguments: ends)
  fileprivate func theCommandsOwnEndIsGivenBack(end: End) throws {
    let none = try FakeSystem()
    let result = try Self.run(["power", "--sys-root", none.root, "--"] + end.command)
    #expect(result.status == end.status, "\(result.error)")
  }

  @Test func theCommandIsAsItWouldBeAlone() throws {
    let none = try FakeSystem()
    // A writer whose reader has gone ends by the signal, and is not told of a broken pipe.
    let pipe = try Self.run(["power", "--sys-root", none.root, "--", "sh", "-c", "yes | head -n 1"])
    #expect(pipe.status == 0 && pipe.output == "y\n" && !pipe.error.contains("roken pipe"), "\(pipe.error)")
    let secrets = ["ASSAY_REDFISH_PASSWORD": "one", "ASSAY_IPMI_PASSWORD": "two", "ASSAY_OTHER": "three"]
    let result = try AssayProcess.withFolder { folder in
      try AssayProcess.run(
        [
          "power", "--sys-root", none.root, "--", "sh", "-c",
          "echo \"[$ASSAY_REDFISH_PASSWORD$ASSAY_IPMI_PASSWORD$ASSAY_OTHER]\"",
        ], in: folder, environment: secrets)
    }
    #expect(result.output == "[three]\n")
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func signalsArePassedOnAndWhatWasTakenIsTold(number: Int32) throws {
    let none = try FakeSystem()
    try AssayProcess.withFolder { folder in
      let running = try AssayProcess.start(
        [
          "power", "--sys-root", none.root, "--", "sh", "-c",
          "trap 'exit 7' TERM HUP; touch ready; for i in $(seq 100); do sleep 0.05; done",
        ], in: folder)
      let isReady = running.wait { FileManager.default.fileExists(atPath: folder.appending(path: "ready").path) }
      #expect(isReady)
      kill(running.process.processIdentifier, number)
      let result = running.wait()
      #expect(result.status == 7 && !result.wasSignalled)
      #expect(result.error.contains("Energy of: sh -c"))
    }
  }

  @Test func aFullDiskLosesNoFigure() throws {
    let none = try FakeSystem()
    let result = try Self.run([
      "power", "--sys-root", none.root, "--output", "/dev/full", "--overwrite", "--", "true",
    ])
    #expect(result.status == 73)
    #expect(result.error.contains("Energy of: true") && result.error.contains("/dev/full"))
  }

  @Test(arguments: refusals)
  fileprivate func badArgumentsGetOneSentence(end: End) throws {
    let result = try Self.run(end.command)
    #expect(result.status == end.status, "\(result.error)")
    #expect(result.error.contains(end.part), "\(result.error)")
  }

  private struct LoadLineDocument: Decodable {
    let line: LoadLine
  }

  @Test func aLoadLineHasEveryStep() throws {
    try AssayProcess.withFolder { folder in
      try LiveCounters.with { root in
        let result = try AssayProcess.run(
          [
            "loadline", "--system", "sleep:2ms", "--step-time", "500ms", "--steps", "4", "--sys-root", root, "--json",
            "--output", "line.json", "--svg", "line.svg",
          ], in: folder)
        #expect(result.status == 0, "\(result.error)")
        let line = try JSONDecoder().decode(LoadLineDocument.self, from: Data(result.output.utf8)).line
        #expect(line.steps.map(\.load) == [1, 0.75, 0.5, 0.25, 0])
        #expect(line.calibration.count == 3)
        // One thread that takes at least 2 ms a sample.
        #expect(line.maximum > 0 && line.maximum <= 500)
        for step in line.steps {
          guard case .measured(let energy) = step.energy else {
            Issue.record("\(step)")
            continue
          }
          #expect((40.0...160).contains(energy.joules / energy.seconds))
        }
        #expect(line.steps.dropLast().allSatisfy { $0.completed > 0 && $0.p99 != nil })
        #expect(try AssayProcess.json(at: folder.appending(path: "line.json"))["line"] != nil)
        let svg = try String(contentsOf: folder.appending(path: "line.svg"), encoding: .utf8)
        #expect(svg.contains("<svg") && svg.contains("watts"))
      }
    }
  }

  @Test func aLoadLineWithoutAMeterHasNoPower() throws {
    let none = try FakeSystem()
    let result = try Self.run([
      "loadline", "--system", "sleep:2ms", "--step-time", "200ms", "--steps", "2", "--sys-root", none.root,
    ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("active idle"))
    #expect(result.output.contains("unavailable"))
    #expect(!result.output.contains(" 0 W"))
  }
}
