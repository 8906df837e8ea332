import Foundation
import MachineTestSupport
import Testing
import Topology

@Suite(
  "DamagedRecording",
  .enabled(if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"))
struct DamagedRecordingTests {
  /// Loading is a process each time: few mutations of each file, and of small files.
  private static let files = [
    "16amd64-8n2c-cpusets.xml", "16em64t-4s2c2t-offlines.xml", "20em64t-hybrid-1p6c2t+2ca4co1t.xml", "2arm-2c.xml",
    "8em64t-2s4c-asymcaches.xml",
  ]

  @Test("Damaged recordings are machines or one sentence", arguments: files)
  func damaged(file: String) throws {
    let text = try [UInt8](Data(contentsOf: URL(filePath: try #require(RecordedMachine.folder) + "/" + file)))
    let system = try FakeSystem()
    let path = system.root + "/machine.xml"
    var mutations = Mutations(seed: UInt64(text.count))
    var refused = 0
    for index in 0..<120 {
      try Data(mutations.damaged(text)).write(to: URL(filePath: path))
      do throws(TopologyError) {
        let topology = try Topology.discover(source: .xml(path: path))
        #expect(topology.cores.flatMap(\.pus).sorted() == topology.allowedPUs, "mutation \(index)")
        for level in Topology.GroupLevel.allCases {
          #expect(
            topology.groups(of: level).flatMap(\.cores).sorted() == Array(topology.cores.indices), "mutation \(index)")
        }
      } catch {
        refused += 1
        #expect(error.description.hasSuffix(".") && !error.description.contains("\n"), "mutation \(index)")
      }
    }
    // Most damage is noticed, and some is not (a flipped digit of a serial number).
    #expect((60..<120).contains(refused))
  }

  @Test("Cut off anywhere", arguments: [0, 1, 3, 100, 500, 1000, 5000, 10_000])
  func cut(length: Int) throws {
    let text = try Data(
      contentsOf: URL(filePath: try #require(RecordedMachine.folder) + "/20em64t-hybrid-1p6c2t+2ca4co1t.xml"))
    let system = try FakeSystem()
    let path = system.root + "/machine.xml"
    try text.prefix(length).write(to: URL(filePath: path))
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .xml(path: path)) }
    #expect(error?.code == .badSource)
    #expect(error?.description.hasPrefix(path) == true)
  }
}
