import CLinux
import Glibc
import Testing

/// PERF_TYPE_SOFTWARE and PERF_COUNT_SW_CPU_CLOCK of linux/perf_event.h: nanoseconds, on every machine.
private let clock = (type: UInt32(1), config: UInt64(0))

/// Whether this process may count on a whole CPU.
private let mayCount: Bool = {
  let counter = clinux_perf_open(clock.type, clock.config, 0)
  if counter >= 0 { close(counter) }
  return counter >= 0
}()

@Suite("Perf counters")
struct PerfTests {
  @Test("A counter goes on counting", .enabled(if: mayCount, "needs CAP_PERFMON or perf_event_paranoid of at most 0"))
  func counts() throws {
    let counter = clinux_perf_open(clock.type, clock.config, 0)
    try #require(counter >= 0)
    defer { close(counter) }
    var (first, second): (UInt64, UInt64) = (0, 0)
    #expect(clinux_perf_read(counter, &first) == 0)
    clinux_sleep_ns(1_000_000)
    #expect(clinux_perf_read(counter, &second) == 0)
    #expect(second > first)
    #expect(fcntl(counter, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test("What cannot be counted is refused with its reason")
  func refusals() throws {
    // There is no such unit, and no such CPU; who may not count at all is told that first.
    for error in [clinux_perf_open(0x7fff_fff0, 0, 0), clinux_perf_open(clock.type, clock.config, 1 << 20)] {
      #expect(error < 0 && error > -4096)
    }
    var value: UInt64 = 7
    #expect(clinux_perf_read(-1, &value) == -EBADF)
    // A file that ends at once.
    let empty = open("/dev/null", O_RDONLY)
    defer { close(empty) }
    #expect(clinux_perf_read(empty, &value) == -ENODATA)
    #expect(value == 7)
  }
}
