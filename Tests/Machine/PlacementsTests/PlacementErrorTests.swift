import Placements
import Testing
import Topology

/// What cannot be placed is one sentence that says what would be right.
@Suite struct PlacementErrorTests {
  static let machine = "package:2 numa:2 l3:2 core:2 pu:2"

  @Test(
    arguments: [
      ("compact", 0, nil, "A placement needs at least 1 instance, not 0."),
      ("compact", nil, -3, "A placement needs at least 1 thread, not -3."),
      ("compact", nil, 70_000, "A placement has at most 65536 threads, not 70000."),
      (
        "compact", 1, 9,
        "9 threads do not fit where an instance lies in one NUMA node, only 8 threads: "
          + "say \"across-numa\" to permit more."
      ),
      (
        "cores", 1, 5,
        "5 threads do not fit where an instance lies in one NUMA node, only 4 threads: "
          + "say \"across-numa\" to permit more."
      ),
      (
        "no-smt,across-numa", 3, 6,
        "3 instances of 6 threads do not fit where a core carries one thread, only 2 instances of 6 threads or "
          + "3 instances of 5 threads: leave out \"no-smt\" to permit more."
      ),
      (
        "cores", 5, 4,
        "5 instances of 4 threads do not fit where a core carries one thread, only 4 instances of 4 threads or "
          + "5 instances of 2 threads: leave out \"cores\" to permit more."
      ),
      (
        "cores", 1, 20,
        "20 threads do not fit where an instance lies in one NUMA node and a core carries one thread, only 4 threads: "
          + "say \"across-numa\" and leave out \"cores\" to permit more."
      ),
      (
        "compact", 1, 40,
        "40 threads do not fit where there are 32 PUs on 16 cores, only 8 threads: let threads share PUs with "
          + "--oversubscribe if more are meant."
      ),
      (
        "compact", 33, nil,
        "33 instances of 1 thread do not fit where there are 32 PUs on 16 cores, only 32 instances of 1 thread: let "
          + "threads share PUs with --oversubscribe if more are meant."
      ),
      (
        "per-llc", 16, 3,
        "2 instances of 3 threads do not fit in cache group C0 where there are 4 PUs on 2 cores, only 3 threads or "
          + "2 instances of 2 threads: let threads share PUs with --oversubscribe if more are meant."
      ),
      (
        "per-llc", 12, 1,
        "12 instances cannot be dealt out evenly over 8 groups: give a multiple of 8, or leave the number of instances out."
      ),
      (
        "per-package", nil, nil,
        "package S0 cannot be one instance, because it has cores of 2 NUMA nodes: permit that with \"across-numa\", or "
          + "use \"per-numa\"."
      ),
      (
        "kind:performance", nil, nil,
        "\"kind:performance\" asks for one kind of core, but all cores here are of one kind: "
      ),
      ("0,32", nil, nil, "PU 32 does not exist here: it may use 0-31."),
      ("0,1,1", nil, nil, "PU 1 is given twice: name it once, or let threads share it with --oversubscribe."),
      ("0-3_4,3", nil, nil, "PU 3 is given twice (to instances 1 and 2): name it once, or let"),
      ("S0:0@N:0", nil, nil, "PU 0 is given twice: "),
      ("S0:16", nil, nil, "S0 has 16 PUs that this process may use, numbered from 0 to 15: there is no 16."),
      ("S2:0", nil, nil, "There is no S2 here: there are S0 to S1."),
      ("M4:0", nil, nil, "There is no M4 here: there are M0 to M3."),
      ("D2:0", nil, nil, "There is no D2 here: there are D0 to D1."),
      ("C8:0", nil, nil, "There is no C8 here: there are C0 to C7."),
      (
        "E:S0:8:1:3", nil, nil,
        "\"E:S0:8:1:3\" does not fit: S0 has 16 PUs that this process may use, and thread 7 would need one at "
      ),
      (
        "0-3", 2, nil,
        "The words fix 1 instance, which contradicts 2: leave the number of instances out, or give one list"
      ),
      ("0_1_2", 1, nil, "The words fix 3 instances, which contradicts 1: "),
      ("0-3", nil, 3, "\"0-3\" fixes 4 threads, which contradicts 3: leave the number of threads out."),
      (
        "0-3_4-5", nil, 4,
        "\"4-5\" fixes 2 threads, which contradicts 4: leave the number of threads out, or let them share PUs with "
          + "--oversubscribe."
      ),
    ] as [(String, Int?, Int?, String)])
  func sentences(words: String, instances: Int?, threads: Int?, sentence: String) throws {
    let placer = try Placer(SyntheticMachines.topology(Self.machine))
    let error = #expect(throws: PlacementError.self) {
      try placer.layout(PlacementRequest(words: words, instances: instances, threads: threads))
    }
    let description = try #require(error?.description)
    #expect(description.hasPrefix(sentence), "\(description)")
    #expect(sentence.hasSuffix(" ") || !sentence.hasSuffix(".") || description == sentence)
    #expect(error?.position == nil)
  }

  @Test(
    "On recorded machines",
    .enabled(
      if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"),
    arguments: [
      (
        "16em64t-4s2c2t-offlines.xml", "2", nil, nil,
        "PU 2 is offline, or was left out of the machine's recording: it may use 0-1,3-4,6-12,15."
      ),
      (
        "16em64t-4s2c2t-offlines.xml", "cores", 8, 1,
        "8 instances of 1 thread do not fit where a core carries one thread"
      ),
      ("32amd64-4s2n4c-cgroup2.xml", "S1:0", nil, nil, "S1 has no PU that this process may use: there is S0."),
      ("32amd64-4s2n4c-cgroup2.xml", "6", nil, nil, "PU 6 is offline, or was left"),
      (
        "32amd64-4s2n4c-cgroup2.xml", "compact", 1, 5,
        "5 threads do not fit where an instance lies in one NUMA node, only 4"
      ),
      (
        "32amd64-4s2n4c-cgroup2.xml", "per-numa", 2, 3,
        "3 threads do not fit in NUMA node 1 where there are 2 PUs on 2 cores"
      ),
      ("16amd64-8n2c-cpusets.xml", "M3:0", nil, nil, "M3 has no PU that this process may use: there are M0 to M2."),
      ("16amd64-8n2c-cpusets.xml", "4", nil, nil, "PU 4 is offline, or was left"),
      (
        "20em64t-hybrid-1p6c2t+2ca4co1t.xml", "per-llc", nil, nil,
        "cache group C0 cannot be one instance, because it has cores of 2 kinds: permit that with \"mixed-kinds\", or "
          + "choose one with \"kind:performance\" or \"kind:efficiency\"."
      ),
      (
        "20em64t-hybrid-1p6c2t+2ca4co1t.xml", "kind:2", nil, nil,
        "There is no core of kind 2 that this process may use: kinds here are 1, 0."
      ),
      (
        "20em64t-hybrid-1p6c2t+2ca4co1t.xml", "compact", 1, 13,
        "13 threads do not fit where an instance has cores of one kind, only 12 threads: "
          + "say \"mixed-kinds\" to permit more."
      ),
      ("48amd64-4pa2n6c-sparse.xml", "M33:0", nil, nil, "There is no M33 here: there are M0 to M7."),
      (
        "memorysidecaches.xml", "per-llc", nil, nil,
        "cache group C0 cannot be one instance, because it has cores of 2 NUMA nodes: permit that with "
      ),
    ] as [(String, String, Int?, Int?, String)])
  func recorded(file: String, words: String, instances: Int?, threads: Int?, sentence: String) throws {
    let placer = try Placer(RecordedMachine.topology(file))
    let error = #expect(throws: PlacementError.self) {
      try placer.layout(PlacementRequest(words: words, instances: instances, threads: threads))
    }
    #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
  }

  @Test("A PU that may not be used, one that is offline and one that does not exist are different faults")
  func notAllowed() throws {
    let root = TopologyBuilder.object(
      "Machine", 0,
      [
        TopologyBuilder.object("PU", 0), TopologyBuilder.object("PU", 1, isAllowed: false),
      ])
    let placer = Placer(
      Topology(
        root: root, allowedPUs: [0],
        cores: [.init(logicalIndex: 0, pus: [0], numaNodes: [], package: 0, kind: nil)], quota: nil, offlinePUs: [2]))
    for (words, sentence) in [
      ("1", "PU 1 is not allowed for this process: it may use 0."),
      ("3", "PU 3 does not exist here: it may use 0."),
      ("2", "PU 2 is offline, or was left out of the machine's recording: it may use 0."),
    ] {
      let error = #expect(throws: PlacementError.self) { try placer.layout(PlacementRequest(words: words)) }
      #expect(error?.description == sentence)
    }
  }
}
