import CLinux
import Foundation
import Glibc
import Testing

@Suite("Process")
struct ProcessTests {
  @Test("The affinity mask survives a round trip, and a small buffer is filled but not overrun")
  func affinity() throws {
    var cpus = [Int32](repeating: -7, count: 4096)
    let count = Int(clinux_get_affinity(&cpus, 4096))
    try #require(count > 0)
    #expect(Array(cpus[..<count]) == cpus[..<count].sorted())
    #expect(cpus[count] == -7)
    #expect(clinux_set_affinity(cpus, Int32(count)) == 0)
    var few: [Int32] = [-7, -7]
    #expect(Int(clinux_get_affinity(&few, 1)) == count)
    #expect(few == [cpus[0], -7])
  }

  @Test("Impossible masks are refused", arguments: [[], [-1], [1 << 19], [Int32.max]] as [[Int32]])
  func impossibleMask(cpus: [Int32]) {
    #expect(clinux_set_affinity(cpus, Int32(cpus.count)) == -EINVAL)
  }

  @Test("The clock does not go backwards and counts nanoseconds")
  func clock() {
    var before = timespec()
    clock_gettime(CLOCK_MONOTONIC_RAW, &before)
    let now = clinux_clock_ns()
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC_RAW, &after)
    #expect(Int64(before.tv_sec) * 1_000_000_000 + Int64(before.tv_nsec) <= now)
    #expect(now <= Int64(after.tv_sec) * 1_000_000_000 + Int64(after.tv_nsec))
  }

  @Test("Touched memory raises the peak and faults")
  func memory() throws {
    let bytes = 64 << 20
    let faults = clinux_minor_faults()
    let memory = try #require(clinux_map_memory(bytes))
    #expect(memory.load(as: UInt64.self) == 0)
    memset(memory, 1, bytes)
    #expect(clinux_peak_resident_bytes() > Int64(bytes))
    // Huge pages fault once per 2 MiB.
    #expect(clinux_minor_faults() - faults >= Int64(bytes >> 21))
    clinux_unmap_memory(memory, bytes)
    // The peak stays after the memory is gone.
    #expect(clinux_peak_resident_bytes() > Int64(bytes))
  }

  @Test("Memory that cannot be is refused")
  func impossibleMemory() {
    #expect(clinux_map_memory(Int.max) == nil)
  }

  @Test("Involuntary switches are counted upward")
  func switches() {
    let before = clinux_involuntary_switches()
    #expect(before >= 0)
    #expect(clinux_involuntary_switches() >= before)
  }

  @Test(
    "A process that asks for it dies with its parent",
    .enabled(if: clinux_allocation_count() >= 0, "sanitizers do not like a fork of a process with threads"))
  func dieWithParent() throws {
    // Swift hides fork because little is safe after it; what the children call here is.
    let symbol = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork"))
    let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
    var ready: (read: Int32, write: Int32) = (-1, -1)
    var alive: (read: Int32, write: Int32) = (-1, -1)
    try withUnsafeMutableBytes(of: &ready) { try #require(pipe($0.bindMemory(to: Int32.self).baseAddress) == 0) }
    try withUnsafeMutableBytes(of: &alive) { try #require(pipe($0.bindMemory(to: Int32.self).baseAddress) == 0) }
    var byte: UInt8 = 1
    let parent = fork()
    if parent == 0 {
      if fork() == 0 {
        _ = alarm(60)
        byte = clinux_die_with_parent() == 0 ? 1 : 0
        write(ready.write, &byte, 1)
        while true { pause() }
      }
      // Ends once the grandchild has asked.
      read(ready.read, &byte, 1)
      _exit(byte == 1 ? 0 : 1)
    }
    close(alive.write)
    defer { for file in [ready.read, ready.write, alive.read] { close(file) } }
    var status: Int32 = -1
    #expect(waitpid(parent, &status, 0) == parent)
    #expect(status == 0)
    // Only the grandchild still holds the other end of this pipe: it closes when the grandchild is gone, within this
    // time if killed, and long after it if not.
    var waiting = pollfd(fd: alive.read, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 20_000) == 1)
    #expect(waiting.revents & Int16(POLLHUP) != 0)
  }

  @Test("Tiles are granted only where the CPU has them")
  func tiles() throws {
    let text = try #require(try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))
    let status = clinux_allow_tiles()
    #expect(text.contains("amx_tile") ? status == 0 : status < 0)
  }
}
