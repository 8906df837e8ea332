import Foundation
import HostState
import Testing
import Topology

/// One thing made wrong on a healthy machine, and what the doctor should say.
struct Ailment: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let topic: Finding.Topic
  let severity: Finding.Severity
  /// Words that the finding must contain.
  let says: [String]
  let cause: @Sendable (inout HostFacts) -> Void

  init(
    _ description: String, _ topic: Finding.Topic, _ severity: Finding.Severity, says: [String] = [],
    cause: @escaping @Sendable (inout HostFacts) -> Void
  ) {
    testDescription = description
    self.topic = topic
    self.severity = severity
    self.says = says
    self.cause = cause
  }

  private static func with(
    _ topology: Topology, allowed: [Int]? = nil, cores: Int? = nil, quota: CPUQuota? = nil
  ) -> Topology {
    Topology(
      root: topology.root, allowedPUs: allowed ?? topology.allowedPUs,
      cores: Array(topology.cores.prefix(cores ?? topology.cores.count)), quota: quota)
  }

  static let all: [Ailment] = [
    .init("governor powersave", .governor, .warning, says: ["powersave", "cpupower"]) {
      $0.fingerprint.governor = "powersave"
    },
    .init("governors mixed", .governor, .warning, says: ["performance, powersave"]) {
      $0.fingerprint.governor = "performance, powersave"
    },
    .init("no governor on bare metal", .governor, .note) { $0.fingerprint.governor = nil },
    .init("boost", .boost, .note, says: ["no_turbo"]) { $0.boost = true },
    .init("SMT", .smt, .note, says: ["4 on 4 cores"]) { $0.fingerprint.smtActive = true },
    .init("half of the cores", .cores, .warning, says: ["2 of 4 cores"]) {
      $0.topology = with($0.topology, allowed: [0, 1], cores: 2)
    },
    .init("quota", .quota, .warning, says: ["1.6 of 4 CPUs", "/x/cpu.max", "at most 1 thread"]) {
      $0.topology = with($0.topology, quota: CPUQuota(cpus: 1.6, source: "/x/cpu.max"))
    },
    .init("tiny quota", .quota, .warning, says: ["at most 1 thread"]) {
      $0.topology = with($0.topology, quota: CPUQuota(cpus: 0.25, source: "/x"))
    },
    .init("quota above all CPUs", .quota, .ok) {
      $0.topology = with($0.topology, quota: CPUQuota(cpus: 1e300, source: "/x"))
    },
    .init("virtual machine", .virtualisation, .note, says: ["KVM", "cannot be seen"]) {
      $0.fingerprint.hypervisor = "KVM"
      $0.frequencyVisible = false
    },
    .init("steal", .steal, .warning, says: ["12.5 %"]) { $0.stealShare = 0.125 },
    .init("little steal", .steal, .ok, says: ["0.5 %"]) { $0.stealShare = 0.005 },
    .init("as much steal as spoils a round", .steal, .warning, says: ["1.1 %"]) { $0.stealShare = 0.011 },
    .init("steal unknown in a virtual machine", .steal, .note) {
      $0.stealShare = nil
      $0.fingerprint.hypervisor = "KVM"
    },
    .init("busy neighbour", .load, .warning, says: ["1.3 CPUs", "make (process 7, 1.3 CPUs)"]) {
      $0.busyProcesses = [.init(id: 7, name: "make", cpus: 1.25)]
    },
    .init("recent load", .load, .note, says: ["3.5"]) { $0.loadAverage = 3.5 },
    .init("narrow BLAS kernels", .blas, .warning, says: ["picks its Haswell (8", "OPENBLAS_CORETYPE=SKYLAKEX"]) {
      $0.blas = .init(
        library: .init(core: "Haswell", vectorWidth: 8), environment: nil,
        best: .init(core: "SKYLAKEX", vectorWidth: 16))
    },
    .init("a BLAS library that did not answer", .blas, .note, says: ["could not be asked"]) { $0.blas = nil },
    .init("an equally wide choice", .blas, .ok, says: ["Cooperlake"]) {
      $0.blas = .init(
        library: .init(core: "Cooperlake", vectorWidth: 16), environment: nil,
        best: .init(core: "SKYLAKEX", vectorWidth: 16))
    },
    .init("a narrowing environment", .blas, .warning, says: ["OPENBLAS_CORETYPE=Haswell is set", "Unset it"]) {
      $0.blas = .init(
        library: .init(core: "Cooperlake", vectorWidth: 16), environment: .init(core: "Haswell", vectorWidth: 8),
        best: .init(core: "SKYLAKEX", vectorWidth: 16))
    },
    .init("kernels of unknown width", .blas, .ok, says: ["Neoverse"]) {
      $0.blas = .init(library: .init(core: "Neoverse", vectorWidth: nil), environment: nil, best: nil)
    },
    .init("no meter", .energy, .warning, says: ["powercap-rapl: Run as root.", "unavailable"]) {
      $0.meters = [.init(name: "powercap-rapl", isAvailable: false, reason: "Run as root.")]
    },
    .init("huge pages always", .hugePages, .note, says: ["madvise"]) { $0.fingerprint.transparentHugePages = "always" },
    .init("huge pages never", .hugePages, .note, says: ["off"]) { $0.fingerprint.transparentHugePages = "never" },
    .init("NUMA balancing", .numaBalancing, .warning, says: ["2 nodes"]) { $0.numaBalancing = true },
    .init("NUMA balancing with one node", .numaBalancing, .ok) {
      $0.numaBalancing = true
      $0.fingerprint.numaNodes = 1
    },
    .init("swap", .swap, .warning, says: ["2 GiB", "swapoff"]) { $0.swapUsedBytes = 2 << 30 },
    .init("little memory", .memory, .warning, says: ["1.5 GiB"]) { $0.memoryAvailableBytes = 3 << 29 },
  ]
}

@Suite("Doctor")
struct DoctorTests {
  @Test("On a healthy machine everything is well, and every topic is looked at")
  func healthy() throws {
    let findings = Doctor.findings(try FakeMachine.healthy())
    #expect(findings.map(\.topic) == Finding.Topic.allCases)
    for finding in findings {
      #expect(finding.severity == .ok, "\(finding.sentence)")
      #expect(finding.effect == nil && finding.action == nil)
    }
  }

  @Test("Each ailment is found, explained and treated, and nothing else changes", arguments: Ailment.all)
  func ailments(ailment: Ailment) throws {
    var facts = try FakeMachine.healthy()
    ailment.cause(&facts)
    let findings = Doctor.findings(facts)
    let finding = try #require(findings.first { $0.topic == ailment.topic })
    #expect(finding.severity == ailment.severity)
    for words in ailment.says { #expect(finding.sentence.contains(words), "\(finding.sentence)") }
    #expect((finding.effect != nil) == (ailment.severity != .ok))
    #expect((finding.action != nil) == (ailment.severity != .ok))
    #expect(findings.allSatisfy { $0.topic == ailment.topic || $0.severity < .warning })
  }

  @Test("What is unknown is not reported as well; only a library that did not answer is worth a note")
  func unknown() throws {
    var facts = try FakeMachine.healthy()
    facts.boost = nil
    facts.numaBalancing = nil
    facts.swapUsedBytes = nil
    facts.memoryAvailableBytes = nil
    facts.stealShare = nil
    facts.blas = nil
    facts.meters = []
    facts.fingerprint.transparentHugePages = nil
    let topics = Doctor.findings(facts).map(\.topic)
    #expect(topics == [.governor, .smt, .cores, .quota, .virtualisation, .load, .blas])
  }

  @Test("Findings survive JSON and say their severity in words")
  func codable() throws {
    var facts = try FakeMachine.healthy()
    facts.fingerprint.governor = "powersave"
    let findings = Doctor.findings(facts)
    let data = try JSONEncoder().encode(findings)
    #expect(try JSONDecoder().decode([Finding].self, from: data) == findings)
    #expect(String(decoding: data, as: UTF8.self).contains("\"severity\":\"warning\""))
    #expect(try JSONDecoder().decode(HostFacts.self, from: JSONEncoder().encode(facts)) == facts)
  }
}
