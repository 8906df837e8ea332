import HostState
import MachineTestSupport
import Testing

@Suite struct ProcessMemoryTests {
  private static let maps = """
    55d0 default file=/usr/bin/cat mapped=2 N0=2 kernelpagesize_kB=4
    7f00 bind:1 anon=512 dirty=512 N0=12 N1=500 kernelpagesize_kB=4
    7f10 default heap anon=3 dirty=3 N1=3 kernelpagesize_kB=4
    7f20 default anon=2 N1=2 kernelpagesize_kB=2048
    7f30 default
    """

  @Test func pagesAreCountedByNodeWithoutFiles() throws {
    let tree = try FakeSystem([
      "/proc/self/numa_maps": Self.maps, "/proc/self/smaps_rollup": "AnonHugePages:  2048 kB\n",
    ])
    let memory = try #require(ProcessMemory.read(root: tree.root))
    #expect(memory.nodes == [0: 12 * 4096, 1: 503 * 4096 + 2 * 2_097_152])
    #expect(memory.hugeBytes == 2_097_152)
  }

  @Test(arguments: [
    "7f00 default N0=9223372036854775807 kernelpagesize_kB=4", "7f00 default N0=1 kernelpagesize_kB=99999999999",
    "7f00 default N0=-4 N99999=1 Nx=3 N1= N2=1=2 kernelpagesize_kB=4", "",
  ])
  func implausibleFiguresAreLeftOut(text: String) throws {
    let tree = try FakeSystem(["/proc/self/numa_maps": text])
    #expect(ProcessMemory.read(root: tree.root) == ProcessMemory(nodes: [:], hugeBytes: nil))
  }

  @Test func withoutTheFileNothingIsKnown() throws {
    #expect(ProcessMemory.read(root: try FakeSystem().root) == nil)
  }
}
