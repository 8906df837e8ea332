import CLinux
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
}
