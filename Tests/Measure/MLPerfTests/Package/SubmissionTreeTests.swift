import Foundation
import HostState
import LoadGen
import MLPerf
import Testing
import Topology

@Suite struct SubmissionTreeTests {
  private static let fingerprint = MachineFingerprint(
    cpuModel: "Some(R) CPU @ 2.0GHz", cpuSignature: "6/1/1", microcode: nil, isa: ["avx2", "fma"], cores: 8,
    allowedPUs: [0, 1], smtActive: false, numaNodes: 2, memoryBytes: 64 << 30, lastLevelCacheBytes: nil, quotaCPUs: nil,
    governor: nil, transparentHugePages: nil, hypervisor: "kvm", kernel: "6.1.0", operatingSystem: "Debian 12")

  private static func object(_ type: String, _ index: Int, _ children: [TopologyObject]) -> TopologyObject {
    TopologyObject(
      type: type, logicalIndex: index, osIndex: index, bytes: type == "L2Cache" ? 1 << 20 : nil, isAllowed: true,
      children: children)
  }

  private static let topology = Topology(
    root: object(
      "Machine", 0,
      (0..<2).map { object("Package", $0, [object("L2Cache", $0, [object("Core", $0, [object("PU", $0, [])])])]) }),
    allowedPUs: [0, 1], cores: [], quota: nil)

  private static func description(submitter: String = "Acme") -> SystemDescription {
    SystemDescription(
      submitter: submitter, systemName: "box", software: "Assay 1.0", fingerprint: fingerprint, topology: topology)
  }

  private static func tree(
    submitter: String = "Acme", system: String = "box", benchmark: String = "resnet50"
  ) throws -> SubmissionTree {
    try SubmissionTree(submitter: submitter, system: system, benchmark: benchmark, description: description())
  }

  /// Writes logs of both modes and gives their folders and an empty one to `body`.
  private static func withLogs(
    _ scenario: TestScenario = .offline, accuracyOf other: TestScenario? = nil,
    change: (inout TestResult) -> Void = { _ in }, _ body: (String, String, String) throws -> Void
  ) throws {
    try LogFixtures.withFolder(LogFixtures.log(scenario, change: change)) { performance in
      try LogFixtures.withFolder(LogFixtures.log(other ?? scenario, mode: .accuracy)) { accuracy in
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        try body(performance, accuracy, output)
      }
    }
  }

  private static var scored: SubmissionTree.Additions {
    var additions = SubmissionTree.Additions()
    additions.score = "accuracy=76.4%"
    return additions
  }

  @Test func laysFilesOutAsTheOpenDivisionDoes() throws {
    try Self.withLogs { performance, accuracy, output in
      var tree = try Self.tree()
      try tree.add(performance: [performance], accuracy: [accuracy], Self.scored)
      try tree.write(to: output)
      let run = "open/Acme/results/box/resnet50/Offline"
      #expect(
        tree.paths == [
          "\(run)/README.md", "\(run)/accuracy/accuracy.txt", "\(run)/accuracy/mlperf_log_accuracy.json",
          "\(run)/accuracy/mlperf_log_detail.txt", "\(run)/accuracy/mlperf_log_summary.txt",
          "\(run)/measurements.json", "\(run)/performance/run_1/mlperf_log_accuracy.json",
          "\(run)/performance/run_1/mlperf_log_detail.txt", "\(run)/performance/run_1/mlperf_log_summary.txt",
          "\(run)/user.conf", "open/Acme/src/README.md", "open/Acme/systems/box.json",
        ])
      for path in tree.paths { #expect(FileManager.default.fileExists(atPath: "\(output)/\(path)"), "\(path)") }
      // Accepted where it lies, with its hash.
      #expect(SelfCheck(directory: "\(output)/\(run)/accuracy").findings == [])
      #expect(SelfCheck(directory: "\(output)/\(run)/performance/run_1").findings == [])
      let score = try String(contentsOfFile: "\(output)/\(run)/accuracy/accuracy.txt", encoding: .utf8)
      #expect(score.hasPrefix("accuracy=76.4%\nhash="))
      #expect(score.count == "accuracy=76.4%\nhash=\n".count + 64)
      var settings = TestSettings(scenario: .offline)
      try UserConf(contentsOf: "\(output)/\(run)/user.conf").apply(to: &settings, model: "resnet50")
      #expect(settings.minSampleCount == 100)
      #expect(settings.targetQPS == 1000)
      #expect(settings.minDuration == 1_000_000_000)
      #expect(throws: PackageError.self) { try tree.write(to: output) }
    }
  }

  @Test func keepsFilesThatAreThere() throws {
    try Self.withLogs { performance, accuracy, output in
      var tree = try Self.tree()
      try tree.add(performance: performance, accuracy: accuracy, Self.scored)
      let path = "\(output)/open/Acme/results/box/resnet50/Offline"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(path)/README.md"))
      let error = #expect(throws: PackageError.self) { try tree.write(to: output) }
      #expect(error?.code == .output)
      #expect(try String(contentsOfFile: "\(path)/README.md", encoding: .utf8) == "mine")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["README.md"])
    }
  }

  @Test func addsAScenarioToATreeThatIsThere() throws {
    try Self.withLogs { performance, accuracy, output in
      var first = try Self.tree()
      try first.add(performance: performance, accuracy: accuracy, Self.scored)
      try first.write(to: output)
      try Self.withLogs(.server) { performance, accuracy, _ in
        var second = try Self.tree()
        try second.add(performance: performance, accuracy: accuracy, Self.scored)
        try second.write(to: output)
        let results = "\(output)/open/Acme/results/box/resnet50"
        #expect(try FileManager.default.contentsOfDirectory(atPath: results).sorted() == ["Offline", "Server"])
      }
    }
  }

  @Test func refusesLogsThatCannotBeBelieved() throws {
    try Self.withLogs(change: { $0.faults.failed = 1 }) { performance, accuracy, _ in
      var tree = try Self.tree()
      let error = #expect(throws: PackageError.self) {
        try tree.add(performance: performance, accuracy: accuracy, Self.scored)
      }
      #expect(error?.code == .badData)
      #expect(error?.reason.contains("are refused: The test had 1 error: 1 sample failed.") == true)
      var forced = Self.scored
      forced.isForced = true
      #expect(throws: Never.self) { try tree.add(performance: performance, accuracy: accuracy, forced) }
      // Once is enough.
      #expect(throws: PackageError.self) { try tree.add(performance: performance, accuracy: accuracy, forced) }
    }
  }

  @Test func refusesWhatDoesNotBelongTogether() throws {
    try Self.withLogs(.offline, accuracyOf: .server) { performance, accuracy, _ in
      var tree = try Self.tree()
      #expect(throws: PackageError.self) {
        try tree.add(performance: performance, accuracy: accuracy, Self.scored)
      }
      #expect(throws: PackageError.self) {
        try tree.add(performance: [performance], accuracy: [accuracy], Self.scored)
      }
      // Modes exchanged.
      #expect(throws: PackageError.self) {
        try tree.add(performance: accuracy, accuracy: performance, Self.scored)
      }
      let missing = #expect(throws: PackageError.self) {
        try tree.add(performance: "/nonexistent", accuracy: accuracy, Self.scored)
      }
      #expect(missing?.code == .missing)
    }
    try Self.withLogs { performance, accuracy, _ in
      var tree = try Self.tree()
      let error = #expect(throws: PackageError.self) {
        try tree.add(performance: performance, accuracy: accuracy, .init())
      }
      #expect(error?.reason.contains("--score") == true)
    }
  }

  /// What lies beside the log counts for the responses that it was made of, and what the user says goes over it.
  @Test func takesNoScoreOfOtherResponses() throws {
    try Self.withLogs { performance, accuracy, output in
      let file = URL(fileURLWithPath: "\(accuracy)/accuracy.txt")
      try Data("accuracy=99.9%\nhash=\(String(repeating: "0", count: 64))\n".utf8).write(to: file)
      var forced = SubmissionTree.Additions()
      forced.isForced = true
      var tree = try Self.tree()
      let error = #expect(throws: PackageError.self) {
        try tree.add(performance: performance, accuracy: accuracy, forced)
      }
      #expect(error?.reason.contains("of other responses") == true)
      forced.score = "accuracy=76.4%"
      tree = try Self.tree()
      try tree.add(performance: performance, accuracy: accuracy, forced)
      try tree.write(to: output)
      let path = "\(output)/open/Acme/results/box/resnet50/Offline/accuracy/accuracy.txt"
      #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("accuracy=76.4%\nhash="))
    }
  }

  @Test(arguments: ["sut_name", "qsl_name"])
  func refusesRunsOfDifferentSystems(key: String) throws {
    let change: (inout TestResult) -> Void = {
      if key == "sut_name" { $0.system = "other" } else { $0.library.name = "other" }
    }
    try Self.withLogs(change: change) { performance, accuracy, _ in
      var tree = try Self.tree()
      let error = #expect(throws: PackageError.self) {
        try tree.add(performance: performance, accuracy: accuracy, Self.scored)
      }
      #expect(error?.code == .badData)
      #expect(error?.reason.contains("different systems: `\(key)` is `other` and `Py") == true)
      var forced = Self.scored
      forced.isForced = true
      #expect(throws: Never.self) { try tree.add(performance: performance, accuracy: accuracy, forced) }
    }
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", "a b", "-x", "a\u{0}", "é", String(repeating: "a", count: 101)])
  func refusesNamesThatLeadElsewhere(name: String) {
    #expect(throws: PackageError.self) { try Self.tree(submitter: name) }
    #expect(throws: PackageError.self) { try Self.tree(system: name) }
    #expect(throws: PackageError.self) { try Self.tree(benchmark: name) }
  }

  @Test func describesTheMachineInThe35Fields() throws {
    #expect(SystemDescription.fields.count == 35)
    #expect(Set(SystemDescription.fields).count == 35)
    let description = Self.description()
    let json = try JSONSerialization.jsonObject(with: Data(description.json.utf8)) as? [String: String]
    #expect(json?.keys.sorted() == SystemDescription.fields.sorted())
    // The official checker takes an empty text or a number 0 for no answer.
    #expect(json?.values.allSatisfy { !$0.isEmpty } == true)
    let expected = [
      "division": "open", "submitter": "Acme", "system_name": "box",
      "host_processor_model_name": "Some(R) CPU @ 2.0GHz",
      "host_processors_per_node": "2", "host_processor_core_count": "4", "host_memory_capacity": "64 GiB",
      "accelerators_per_node": "0", "operating_system": "Debian 12", "host_processor_caches": "L2 1024 KiB",
      "other_software_stack": "Linux 6.1.0", "cooling": "N/A", "framework": "Assay 1.0",
    ]
    for (field, value) in expected { #expect(json?[field] == value, "\(field)") }
    #expect(SubmissionTree.systemName(for: Self.fingerprint) == "Some_R_CPU_2_0GHz")
  }

  @Test func takesFieldsOfTheUsersOwn() throws {
    var description = Self.description()
    try description.override(with: Array(#"{"cooling": "air", "host_network_card_count": 2}"#.utf8), file: "f")
    #expect(description.values["cooling"] == "air")
    #expect(description.values["host_network_card_count"] == "2")
    for text in [#"{"colour": "red"}"#, #"{"cooling": [1]}"#, #"{"submitter": "Other"}"#, "[]", ""] {
      #expect(throws: PackageError.self, "\(text)") { try description.override(with: Array(text.utf8), file: "f") }
    }
    var additions = SubmissionTree.Additions()
    try additions.setMeasurements(Array(#"{"retraining": "No"}"#.utf8), file: "f")
    #expect(additions.measurements == ["retraining": "No"])
    #expect(throws: PackageError.self) { try additions.setMeasurements(Array(#"{"x": "No"}"#.utf8), file: "f") }
  }
}
