import Energy
import Foundation
import HostState
import NumericFormats
import Records
import Testing
import Topology

/// Holds what `Record` encodes to against `Results/record.schema.json`, through `scripts/validate-record` and so through
/// a validator that knows nothing of Assay.
@Suite struct RecordSchemaTests {
  /// Records of every shape that a run can leave behind, as the run itself writes them.
  static let valid: [(name: String, record: Record)] = {
    let measured = MeasuredEnergy(
      source: "powercap-rapl", domains: [.init(name: "package-0", joules: 41.5)], seconds: 1, uncertaintyJoules: 0.1)
    let modelled = ModelledEnergy(model: "load-line", joules: 30, lower: 20, upper: 45)
    let blas = Round.BLASState(
      configuration: "OpenBLAS 0.3.21", core: "SkylakeX", requestedCore: "SKYLAKEX", threadsPerCall: 1)
    let task = Fidelity.TaskScore(
      pairs: 100, spearmanWithFP32: 0.99, spearmanWithLabels: 0.81, fp32SpearmanWithLabels: 0.82)
    func performance(_ energy: EnergyReading, allocations: Int? = 0) -> Record.CellResult {
      let round = Sample.performance(energy: energy, allocations: allocations)
      return Sample.result(rounds: [Sample.round(0, round, observation: Sample.observation(blas: blas))])
    }
    let fidelity = Sample.result(
      Sample.cell(precision: .int8, execution: .emulated, measurement: .fidelity),
      rounds: [Sample.round(0, nil, fidelity: Sample.fidelity(task: task))])
    var known = Sample.round(0, Sample.performance(energy: .measured(measured)))
    known.performance?.disturbance.cpuPressureMicroseconds = 17
    known.performance?.disturbance.megahertz = 3200.5
    let parted = MeasuredEnergy(
      source: "powercap-rapl", domains: [.init(name: "package-0", joules: 41.5)], seconds: 1, uncertaintyJoules: 0.1,
      parts: [.init(name: "package-0/core", joules: 30)])
    let windows = [
      MeteredWindow(source: "powercap-rapl", scope: .processor, energy: .measured(parted), events: []),
      MeteredWindow(
        source: "ipmi-dcmi", scope: nil, energy: .unavailable(reason: "It is not there."),
        events: [PowerEvent(.gap, time: 5, "It was not read for 4 s.")]),
      MeteredWindow(source: "linear", scope: nil, energy: .modelled(modelled), events: []),
    ]
    known.performance?.meters = windows
    // The preferred reading is one of them.
    known.performance?.energy = windows[0].energy
    known.observation.tokensPerSample = 32
    let identical = Sample.result(
      Sample.cell(engine: "reference", measurement: .fidelity),
      rounds: [Sample.round(0, nil, fidelity: Sample.fidelity(sqnr: nil))])
    let failure = Record.Failure(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: ["", "Segmentation fault"])
    var noBLASRequest = blas
    noBLASRequest.requestedCore = nil
    var bare = Sample.record([], status: .incomplete)
    bare.blas = nil
    (bare.machine.hypervisor, bare.machine.quotaCPUs, bare.machine.transparentHugePages) = (nil, nil, nil)
    var hybrid = Sample.record([Sample.result(rounds: [known])])
    hybrid.power = PowerAccount(
      idleBefore: [windows[0]], idleAfter: [windows[0]],
      monitor: MonitorAccount(
        readings: 120, cpuSeconds: 0.01, childSeconds: 0.2, seconds: 6, pus: [1], isApart: true))
    (hybrid.machine.microcode, hybrid.machine.governor, hybrid.spec.maxISA) = ("0x2b", "performance", "avx2_vnni")
    hybrid.topology = Topology(
      root: TopologyObject(
        type: "L3Cache", logicalIndex: 0, osIndex: nil, bytes: 1 << 25, isAllowed: true, children: []),
      allowedPUs: [0], cores: [Topology.Core(logicalIndex: 0, pus: [0], numaNodes: [0], package: 0, kind: 1)],
      quota: nil, offlinePUs: [3], offlineNodes: [2], memoryOnlyNodes: [1],
      kinds: [
        Topology.Kind(index: 0, efficiency: nil, role: nil, name: nil, maxMegahertz: nil, pus: [1]),
        Topology.Kind(
          index: 1, efficiency: 1, role: .performance, name: "IntelCore", maxMegahertz: 5000, pus: [0]),
      ])
    var entropy = Sample.record([
      Sample.result(
        Sample.cell(precision: .int8, execution: .emulated, measurement: .fidelity, calibration: "percentile:99.9"),
        rounds: [Sample.round(0, nil, fidelity: Sample.fidelity(task: task))])
    ])
    entropy.spec.calibrationMethod = "percentile:99.9"
    var given = Sample.record([
      Sample.result(
        Sample.cell(
          precision: .int8, measurement: .fidelity, ranges: Sample.givenCalibration.label,
          assignment: Sample.givenAssignment.label),
        rounds: [Sample.round(0, nil, fidelity: Sample.fidelity(task: task), quantisation: Sample.quantisation)]),
      Sample.result(
        Sample.cell(workload: "other", precision: .int8, measurement: .fidelity, calibrationSamples: 64),
        rounds: [Sample.round(0, nil, fidelity: Sample.fidelity(task: task), quantisation: Sample.quantisation)]),
    ])
    given.spec.calibrations = [Sample.givenCalibration]
    given.spec.assignments = [Sample.givenAssignment]
    given.spec.calibrationSamples = 64
    var user = Sample.record([Sample.result(Sample.cell(workload: "mine"), rounds: [known])])
    let digest = String(repeating: "0a", count: 32)
    user.spec.models = [
      UserModel(
        workload: "mine", file: "mine.onnx", sha256: digest, byteCount: 100, shapes: ["tokens=1x128"],
        inputs: [
          UserModel.Input(name: "tokens", elementType: "int64", shape: [1, 128], file: "t.npy", sha256: digest),
          UserModel.Input(name: "x", elementType: "float32", shape: [], file: nil, sha256: nil),
        ])
    ]
    var counted = Sample.observation()
    counted.tokensPerSample = 384
    return [
      ("tokens", Sample.record([Sample.result(rounds: [Sample.round(observation: counted)])])),
      ("placements", PlacementSample.record()), ("sweep", PlacementSample.sweep()),
      ("contracts", ContractSample.record()), ("user's model", user), ("percentiles", entropy), ("given ranges", given),
      ("nodes", NodeSample.record()),
      ("measured", Sample.record([performance(.measured(measured))])),
      ("modelled", Sample.record([performance(.modelled(modelled), allocations: nil)])),
      ("unavailable", Sample.record([performance(.unavailable(reason: "No meter; run on bare metal as root."))])),
      (
        "unknowns",
        Sample.record([
          Sample.result(rounds: [
            Sample.round(
              0, Sample.performance(steal: nil, throttled: nil, allocations: nil),
              observation: Sample.observation(blas: noBLASRequest))
          ])
        ])
      ),
      (
        "offline",
        Sample.record([
          Sample.result(
            Sample.cell(pus: [0, 2], batch: 8, measurement: .performance(.offline)),
            rounds: [Sample.round(0, Sample.performance(samplesPerQuery: 8, observedCPUs: [[0], [2]]))])
        ])
      ),
      ("fidelity", Sample.record([fidelity, identical])),
      ("failed", Sample.record([Sample.result(rounds: [], planned: 3, failure: failure)])),
      (
        "incomplete",
        Sample.record(
          [
            Sample.result(rounds: [Sample.round()], planned: 3),
            Sample.result(Sample.cell(workload: "minilm-l6"), rounds: [], planned: 3),
          ],
          status: .incomplete)
      ),
      ("no cells yet", Sample.record([], status: .incomplete)),
      ("bare", bare),
      ("hybrid", hybrid),
    ]
  }()

  /// Changes that make a record wrong, each with what the validator must say about it.
  static let mutations: [(name: String, from: String, path: [Step], change: Change, complaint: String)] = [
    ("missing status", "measured", [], .remove("status"), "'status' is a required property"),
    ("missing energy", "measured", round + ["performance"], .remove("energy"), "'energy' is a required property"),
    ("missing reason", "unavailable", energy, .remove("reason"), "performance/energy"),
    (
      "missing placement", "measured", ["cells", 0, "cell"], .remove("placement"), "'placement' is a required property"
    ),
    ("wrong scenario", "measured", measurement, .set("scenario", "Server"), "cells/0/cell/measurement"),
    ("wrong precision", "measured", ["cells", 0, "cell"], .set("precision", "fp12"), "'fp12' is not one of"),
    ("wrong status", "measured", [], .set("status", "done"), "'done' is not one of"),
    ("wrong kind", "modelled", energy, .set("kind", "guessed"), "performance/energy"),
    ("newer schema", "measured", [], .set("schemaVersion", 2), "1 was expected"),
    ("negative count", "measured", round + ["performance", "warmUp"], .set("discarded", -1), "-1 is less than"),
    ("a sample of no tokens", "tokens", round + ["observation"], .set("tokensPerSample", 0), "0 is less than"),
    ("negative latency", "measured", round + ["performance"], .set("latencies", [5, -7]), "-7 is less than"),
    ("no latencies", "measured", round + ["performance"], .set("latencies", [Int]()), "latencies"),
    ("fractional count", "fidelity", round + ["fidelity"], .set("samples", 2.5), "is not of type 'integer'"),
    ("share above 1", "fidelity", round + ["fidelity"], .set("top1Agreement", 93.75), "greater than the maximum"),
    ("number as text", "measured", round, .set("index", "0"), "is not of type 'integer'"),
    ("null instead of absent", "measured", ["machine"], .set("microcode", NSNull()), "is not of type 'string'"),
    ("unknown key", "measured", round + ["performance"], .set("fps", 30), "'fps' was unexpected"),
    ("unknown top key", "measured", [], .set("comment", "hi"), "'comment' was unexpected"),
    ("unknown energy key", "unavailable", energy, .set("joules", 0), "performance/energy"),
    ("local time", "measured", [], .set("createdAt", "2025-03-01 12:00"), "does not match"),
    ("zero batch in the id", "measured", ["cells", 0], .set("id", "resnet50/fp32/openblas/t1/b0/Offline"), "match"),
    ("emulated speed", "measured", ["cells", 0, "cell"], .set("execution", "emulated"), "measurement/kind"),
    ("fidelity without figures", "fidelity", round, .remove("fidelity"), "'fidelity' is a required property"),
    ("a digest too short", "user's model", ["spec", "models", 0], .set("sha256", "0a"), "does not match"),
    (
      "a folder is nobody's business", "user's model", ["spec", "models", 0], .set("path", "/home"),
      "'path' was unexpected"
    ),
    ("a node's time below zero", "nodes", round + ["performance", "nodes", 0], .set("least", -1), "-1 is less than"),
    ("a step without nodes", "nodes", round + ["performance", "nodes", 0], .set("nodes", [String]()), "nodes"),
    ("a rate of nothing", "nodes", ["roofline", "peaks", 0, "rate"], .set("best", 0), "0 is less than or equal to"),
    ("an unknown level", "nodes", ["roofline", "latencies", 0], .set("level", "disk"), "does not match"),
    (
      "a scale of zero", "given ranges", round + ["quantisation", "activations", 0], .set("scale", 0),
      "0 is less than or equal to"
    ),
    ("ranges of another version", "given ranges", given, .set("version", 2), "1 was expected"),
    ("a range without an end", "given ranges", given + ["ranges", "image"], .remove("least"), "'least' is a required"),
    (
      "an exception without a contract", "given ranges", ["spec", "assignments", 0, "contents", "exceptions"],
      .set("conv1", ""), "non-empty"
    ),
    ("a label too long", "given ranges", ["cells", 0, "cell"], .set("ranges", "0a0a0a0a0a0a0"), "does not match"),
    ("an unknown precision", "contracts", ["cells", 0, "cell"], .set("precision", "fp9"), "'fp9' is not one of"),
    ("contracts without names", "contracts", ["spec", "groups", 0], .set("contracts", [String]()), "contracts"),
    ("no scenario and no contract", "measured", ["spec", "groups", 0], .set("scenarios", [String]()), "scenarios"),
    ("a share of five above 1", "contracts", round + ["fidelity"], .set("top5Agreement", 2), "greater than"),
    (
      "a plan with less than nothing", "contracts", round + ["observation", "fp32MemoryPlan"],
      .set("weightBytesMoved", -1), "-1 is less than"
    ),
    (
      "a contract in another engine's id", "contracts", ["cells", 0],
      .set("id", "resnet50/vdpbf16ps/native/t1/b1/fidelity"), "match"
    ),
    ("two forms of a placement", "placements", ["cells", 0, "cell", "placement"], .set("pus", [0]), "placement"),
    ("no form of a placement", "placements", ["cells", 0, "cell", "placement"], .remove("instances"), "placement"),
    (
      "an instance without a thread", "placements", ["cells", 0, "cell", "placement"],
      .set("instances", [[0], [Int]()]), "placement/instances"
    ),
    (
      "an unknown policy", "placements", ["cells", 0, "cell", "placement", "memory"], .set("policy", "strict"),
      "'strict' is not one of"
    ),
    (
      "a policy that a group cannot have", "placements", ["spec", "groups", 0, "placement"],
      .set("memory", ["strict"]), "'strict' is not one of"
    ),
    (
      "a peer without timing", "placements", round + ["peers", 0], .remove("performance"),
      "'performance' is a required property"
    ),
    ("a thread that was nowhere", "placements", observed + ["threads", 0], .remove("cpus"), "'cpus' is a required"),
    ("memory below nothing", "placements", observed + ["memory", "nodes", 0], .set("bytes", -1), "-1 is less than"),
    ("an event of two things", "sweep", ["sweep", "events", 0], .set("pause", 1), "sweep/events/0"),
    ("an event of nothing", "sweep", ["sweep", "events", 0], .remove("canary"), "sweep/events/0"),
    ("a visit without a cell", "sweep", ["sweep", "events", 1, "visit"], .remove("cell"), "sweep/events/1"),
    ("a sweep without a goal", "sweep", ["sweep"], .set("goal", ""), "non-empty"),
    ("speed of a fidelity cell", "measured", measurement, .replace(["kind": "fidelity"]), "rounds/0"),
  ]

  private static let observed = round + ["performance", "placement"]
  private static let given: [Step] = ["spec", "calibrations", 0, "contents"]
  private static let round: [Step] = ["cells", 0, "rounds", 0]
  private static let energy = round + ["performance", "energy"]
  private static let measurement: [Step] = ["cells", 0, "cell", "measurement"]

  /// A new optional field that no sample sets would slip past the schema.
  @Test func samplesSetEveryOptionalField() {
    var (seen, set): (Set<String>, Set<String>) = ([], [])
    func visit(_ value: Any) {
      let mirror = Mirror(reflecting: value)
      for child in mirror.children {
        let isOptional = Mirror(reflecting: child.value).displayStyle == .optional
        if isOptional, let label = child.label {
          let name = "\(type(of: value)).\(label)"
          seen.insert(name)
          if Mirror(reflecting: child.value).children.count == 1 { set.insert(name) }
        }
        visit(child.value)
      }
    }
    for (_, record) in Self.valid { visit(record) }
    #expect(seen.subtracting(set) == [])
    #expect(seen.contains("MachineFingerprint.microcode"))
  }

  @Test func everyShapeOfRecordIsValid() throws {
    try withFolder { folder in
      let files = try Self.valid.map { name, record in
        try write(Data(record.encoded()), as: name, in: folder)
      }
      let (status, lines) = try validate(files)
      #expect(lines == files.map { "\($0): valid" })
      #expect(status == 0)
    }
  }

  @Test func everyMutationIsRefused() throws {
    try withFolder { folder in
      let files = try Self.mutations.map { mutation in
        let record = try #require(Self.valid.first { $0.name == mutation.from }).record
        let json = try JSONSerialization.jsonObject(with: Data(record.encoded()))
        let changed = try mutation.change.applied(to: json, at: mutation.path[...])
        return try write(JSONSerialization.data(withJSONObject: changed), as: mutation.name, in: folder)
      }
      let (status, lines) = try validate(files)
      #expect(status == 65)
      for (file, mutation) in zip(files, Self.mutations) {
        #expect(lines.contains("\(file): INVALID"), "\(mutation.name) passed")
        let complaints = lines.filter { $0.hasPrefix("\(file): at ") }
        #expect(complaints.contains { $0.contains(mutation.complaint) }, "\(mutation.name): \(complaints)")
      }
    }
  }

  @Test("What is not JSON is refused too", arguments: ["", "{", "[NaN]", "{\"a\": 1, \"a\": 2}", "[]", "\u{1}"])
  func damagedFilesAreRefused(text: String) throws {
    try withFolder { folder in
      let file = try write(Data(text.utf8), as: "damaged", in: folder)
      let (status, lines) = try validate([file])
      #expect(status == 65)
      #expect(lines.last == "\(file): INVALID")
    }
  }

  @Test func missingFileAndMissingArgumentAreToldApart() throws {
    #expect(try validate(["/nonexistent/record.json"]).status == 66)
    #expect(try validate([]).status == 64)
  }
}

/// One step into a JSON value.
enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case key(String)
  case index(Int)

  init(stringLiteral value: String) { self = .key(value) }
  init(integerLiteral value: Int) { self = .index(value) }
}

/// A change to one JSON object.
enum Change: @unchecked Sendable {
  case remove(String)
  case set(String, Any)
  case replace([String: Any])

  struct NoSuchPlace: Error {}

  func applied(to json: Any, at path: ArraySlice<Step>) throws -> Any {
    switch (path.first, json) {
    case (nil, var object as [String: Any]):
      switch self {
      case .remove(let key):
        guard object.removeValue(forKey: key) != nil else { throw NoSuchPlace() }
      case .set(let key, let value): object[key] = value
      case .replace(let other): object = other
      }
      return object
    case (.key(let key), var object as [String: Any]):
      guard let child = object[key] else { throw NoSuchPlace() }
      object[key] = try applied(to: child, at: path.dropFirst())
      return object
    case (.index(let index), var array as [Any]):
      guard array.indices.contains(index) else { throw NoSuchPlace() }
      array[index] = try applied(to: array[index], at: path.dropFirst())
      return array
    default:
      throw NoSuchPlace()
    }
  }
}

private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "assay-schema-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

private func write(_ data: Data, as name: String, in folder: URL) throws -> String {
  let file = folder.appending(path: name.replacing(" ", with: "-") + ".json")
  try data.write(to: file)
  return file.path
}

/// Runs `scripts/validate-record` and returns its exit status and the lines it printed.
private func validate(_ files: [String]) throws -> (status: Int32, lines: [String]) {
  var root = URL(filePath: #filePath)
  for _ in 0..<4 { root.deleteLastPathComponent() }
  let process = Process()
  process.executableURL = root.appending(path: "scripts/validate-record")
  process.arguments = files
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text.split(separator: "\n").map(String.init))
}
