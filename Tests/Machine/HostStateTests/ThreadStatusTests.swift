import HostState
import MachineTestSupport
import Testing

@Suite struct ThreadStatusTests {
  @Test func threadsAreReadFromTheirFolders() throws {
    let tree = try FakeSystem([
      "/proc/self/task/12/status": "Name:\tassay\nCpus_allowed_list:\t0-2,5\nnonvoluntary_ctxt_switches:\t7\n",
      "/proc/self/task/12/schedstat": "123456 77 3\n", "/proc/self/task/9/status": "Name:\tassay\n",
    ])
    let threads = ThreadStatus.all(root: tree.root)
    #expect(threads.map(\.id) == [9, 12])
    #expect(threads[1].allowedCPUs == [0, 1, 2, 5])
    #expect(threads[1].involuntarySwitches == 7)
    #expect(threads[1].nanoseconds == 123_456)
    #expect(threads[0].allowedCPUs == nil && threads[0].involuntarySwitches == nil && threads[0].nanoseconds == nil)
  }

  @Test func thisProcessHasThreadsWithCPUs() {
    let threads = ThreadStatus.all()
    #expect(!threads.isEmpty)
    #expect(threads.allSatisfy { !($0.allowedCPUs ?? []).isEmpty })
  }
}
