import Foundation
import MachineTestSupport
import Testing
import Topology

/// What recordings of machines that nobody here has must come to; their XML is written by hand.
@Suite("Discovery")
struct DiscoveryTests {
  /// Four cores of one PU each, of which 2 and 3 are not allowed, PU 5 being offline; node 0 is theirs, node 1 has no PU
  /// at all, and node 2 is not allowed.
  private static func machine(kinds: String = "", core1: String = "0x2", pu1: Int = 1) -> String {
    func sets(_ cpuset: String, _ nodeset: String = "0x1") -> String {
      "cpuset=\"\(cpuset)\" complete_cpuset=\"\(cpuset)\" nodeset=\"\(nodeset)\" complete_nodeset=\"\(nodeset)\""
    }
    let cores = (0..<4).map { index in
      let set = index == 1 ? core1 : "0x\(1 << index)"
      return """
        <object type="Core" os_index="\(index)" gp_index="\(10 + index)" \(sets(set))>
        <object type="PU" os_index="\(index == 1 ? pu1 : index)" gp_index="\(20 + index)" \(sets(set))/></object>
        """
    }
    let nodes = [("0xf", 0), ("0x0", 1), ("0x0", 2)].map { set, index in
      """
      <object type="NUMANode" os_index="\(index)" gp_index="\(30 + index)" local_memory="1073741824" \
      \(sets(set, "0x\(1 << index)"))/>
      """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE topology SYSTEM "hwloc2.dtd">
      <topology version="2.0">
      <object type="Machine" os_index="0" gp_index="1" cpuset="0xf" complete_cpuset="0x2f" allowed_cpuset="0x3" \
      nodeset="0x7" complete_nodeset="0xf" allowed_nodeset="0x3">
      \(nodes.joined(separator: "\n"))
      \(cores.joined(separator: "\n"))
      </object>
      \(kinds)
      </topology>

      """
  }

  private func read(_ xml: String) throws -> Topology {
    let system = try FakeSystem(["/machine.xml": xml])
    return try Topology.discover(source: .xml(path: system.root + "/machine.xml"))
  }

  @Test("Offline, not allowed and memory-only are told apart")
  func states() throws {
    let topology = try read(Self.machine())
    #expect(topology.allowedPUs == [0, 1])
    #expect(topology.disallowedPUs == [2, 3])
    #expect(topology.offlinePUs == [5])
    #expect(topology.memoryOnlyNodes == [1, 2])
    #expect(topology.disallowedNodes == [2])
    #expect(topology.offlineNodes == [3])
    // hwloc calls what hangs on the machine local to all its cores.
    #expect(topology.cores.map(\.numaNodes) == [[0, 1], [0, 1]])
    #expect(topology.groups(of: .numaNode).map(\.osIndex) == [0])
    #expect(topology.kinds.isEmpty)
  }

  private static let notXML =
    " is not a topology that hwloc can read: it should be the output of `lstopo --of xml`."

  private static func kind(_ set: String, _ efficiency: Int, _ infos: (String, String)...) -> String {
    "<cpukind cpuset=\"\(set)\" forced_efficiency=\"\(efficiency)\">"
      + infos.map { "<info name=\"\($0.0)\" value=\"\($0.1)\"/>" }.joined() + "</cpukind>"
  }

  @Test("Kinds have hwloc's names, and a role by their rank")
  func kinds() throws {
    let topology = try read(
      Self.machine(
        kinds: Self.kind("0x1", 9, ("CoreType", "IntelCore"), ("FrequencyMaxMHz", "5200"))
          + Self.kind("0x6", 1, ("CoreType", "IntelAtom"), ("FrequencyMaxMHz", "many"))
          + Self.kind("0x8", 4, ("CoreType", String(repeating: "x", count: 100_000)))))
    #expect(topology.kinds.map(\.role) == [.efficiency, .intermediate, .performance])
    #expect(topology.kinds.map(\.pus) == [[1, 2], [3], [0]])
    #expect(topology.kinds.map(\.name) == ["IntelAtom", String(repeating: "x", count: 40), "IntelCore"])
    #expect(topology.kinds.map(\.maxMegahertz) == [nil, nil, 5200])
    #expect(topology.cores.map(\.kind) == [2, 0])
  }

  @Test(
    "Kinds whose sets cannot be are no kinds",
    arguments: [
      // One alone, of PUs that are not there, of none, of all and more.
      kind("0xf", 0), kind("0x3", 1) + kind("0xff0", 0), kind("0x0", 0) + kind("0xf", 1), kind("0xf...f", 1),
    ])
  func impossibleKinds(xml: String) throws {
    let topology = try read(Self.machine(kinds: xml))
    #expect(topology.kinds.isEmpty)
    #expect(topology.cores.map(\.kind) == [nil, nil])
  }

  @Test(
    "What contradicts itself is refused in one sentence",
    arguments: [
      (machine(pu1: 4_000_000), notXML), (machine(pu1: 65_536), notXML),
      (machine(pu1: 0), " contradicts itself: a PU number comes twice or is above 65535."),
      (machine(core1: "0x3"), " contradicts itself: some PUs are in no core or in several."),
    ])
  func contradictions(xml: String, what: String) throws {
    let system = try FakeSystem(["/machine.xml": xml])
    let path = system.root + "/machine.xml"
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .xml(path: path)) }
    #expect(error?.code == .badSource)
    #expect(error?.description == path + what)
  }

  @Test("Without any one attribute there is a machine or one sentence, whatever hwloc does")
  func missingAttributes() throws {
    let xml = Self.machine()
    let system = try FakeSystem()
    let path = system.root + "/machine.xml"
    var refused = 0
    let attributes = xml.matches(of: /[a-z_]+="[^"]*"/)
    for attribute in attributes {
      try system.write("/machine.xml", xml.replacingCharacters(in: attribute.range, with: ""))
      do throws(TopologyError) {
        let topology = try Topology.discover(source: .xml(path: path))
        #expect(topology.cores.flatMap(\.pus).sorted() == topology.allowedPUs)
      } catch {
        refused += 1
        #expect(error.description.hasPrefix(path) || error.code == .unavailable, "\(attribute.output)")
        #expect(!error.description.contains("\n"), "\(attribute.output)")
      }
    }
    #expect(attributes.count > 80)
    #expect(refused > 20)
  }

  /// `levels` nested groups, each with one core less than the one around it.
  private static func nest(levels: Int) -> String {
    func sets(_ first: Int) -> String {
      let words = stride(from: levels / 32, through: 0, by: -1).map { word in
        let bits = (word * 32..<word * 32 + 32).reduce(UInt32(0)) { bits, bit in
          first <= bit && bit <= levels ? bits | 1 << UInt32(bit - word * 32) : bits
        }
        return "0x" + String(bits, radix: 16)
      }
      let set = words.joined(separator: ",")
      return "cpuset=\"\(set)\" complete_cpuset=\"\(set)\" nodeset=\"0x1\" complete_nodeset=\"0x1\""
    }
    func single(_ index: Int) -> String {
      let words =
        ["0x" + String(UInt32(1) << UInt32(index % 32), radix: 16)] + .init(repeating: "0x0", count: index / 32)
      return words.joined(separator: ",")
    }
    let inner = (0..<levels).map { level in
      let set = single(level)
      return """
        <object type="PU" os_index="\(level)" gp_index="\(10_000 + level)" cpuset="\(set)" complete_cpuset="\(set)" \
        nodeset="0x1" complete_nodeset="0x1"/>
        <object type="Group" gp_index="\(20_000 + level)" kind="0" subkind="\(level)" dont_merge="1" \(sets(level + 1))>
        """
    }
    let last = single(levels)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE topology SYSTEM "hwloc2.dtd">
      <topology version="2.0">
      <object type="Machine" os_index="0" gp_index="1" allowed_cpuset="0xf" allowed_nodeset="0x1" \(sets(0))>
      <object type="NUMANode" os_index="0" gp_index="2" local_memory="1024" \(sets(0))/>
      \(inner.joined(separator: "\n"))
      <object type="PU" os_index="\(levels)" gp_index="3" cpuset="\(last)" complete_cpuset="\(last)" \
      nodeset="0x1" complete_nodeset="0x1"/>
      \(String(repeating: "</object>", count: levels + 1))
      </topology>

      """
  }

  @Test("A tree may be deep, but not without end", arguments: [(20, false), (70, true), (400, true)])
  func nested(levels: Int, isRefused: Bool) throws {
    let system = try FakeSystem(["/machine.xml": Self.nest(levels: levels)])
    do throws(TopologyError) {
      let topology = try Topology.discover(source: .xml(path: system.root + "/machine.xml"))
      #expect(!isRefused && topology.allowedPUs == [0, 1, 2, 3])
    } catch {
      #expect(isRefused && error.code == .badSource, "\(error)")
    }
  }

  @Test(
    "A description on which hwloc fails is refused", arguments: ["memcache:2 pu:2", "group:2 memcache:2node:1 pu:2"])
  func failingDescription(text: String) {
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .synthetic(text)) }
    #expect(error?.code == .badSource)
    #expect(error?.description.hasPrefix("\"\(text)\"") == true)
  }

  @Test("A topology of an older record has none of the later facts")
  func olderRecord() throws {
    let topology = try read(Self.machine())
    var fields = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(topology)) as? [String: Any])
    for name in ["offlinePUs", "offlineNodes", "memoryOnlyNodes", "kinds"] {
      #expect(fields.removeValue(forKey: name) != nil)
    }
    let older = try JSONDecoder().decode(Topology.self, from: JSONSerialization.data(withJSONObject: fields))
    #expect(
      older
        == Topology(root: topology.root, allowedPUs: topology.allowedPUs, cores: topology.cores, quota: topology.quota))
    #expect(older != topology)
  }
}
