import CLinux
import Glibc

/// CLOCK_MONOTONIC_RAW, the clock of all of Assay's measurements.
///
/// One thread waits with it; any may wake that one.
public final class SystemClock: TestClock {
  /// Waits are spun through from so close on: timers wake a thread some tens of microseconds late.
  private static let spinBeforeInstant: Int64 = 80_000
  /// An answer may come so soon that sleeping would only delay seeing it.
  private static let spinForAnswer: Int64 = 20_000

  private let gate: UnsafeMutablePointer<clinux_gate>

  /// Makes a clock.
  public init() {
    gate = .allocate(capacity: 1)
    gate.initialize(to: clinux_gate())
  }

  deinit { gate.deallocate() }

  /// Nanoseconds since an arbitrary moment.
  public func now() -> Int64 { clinux_clock_ns() }

  /// Sleeps until shortly before `instant` and spins for the rest.
  public func wait(until instant: Int64) {
    var left = instant - now()
    if left > Self.spinBeforeInstant {
      clinux_exact_timers()
      clinux_sleep_ns(left - Self.spinBeforeInstant)
      left = instant - now()
    }
    while now() < instant { clinux_relax() }
  }

  /// Spins for a moment, then sleeps until somebody wakes it.
  public func wait(until instant: Int64, while isPending: () -> Bool) {
    let begin = now()
    let spinUntil = min(begin + Self.spinForAnswer, instant)
    while isPending() {
      if now() < spinUntil {
        clinux_relax()
        continue
      }
      let ticket = clinux_gate_enter(gate)
      guard isPending() else { return }
      let left = instant - now()
      guard left > 0 else { return }
      clinux_gate_wait(gate, ticket, left)
    }
  }

  /// Wakes the thread that waits, if one does.
  public func wake() { clinux_gate_wake(gate) }

  /// CLOCK_MONOTONIC and CLOCK_REALTIME.
  public var reference: ReferenceTime? {
    ReferenceTime(monotonic: Self.read(CLOCK_MONOTONIC), realtime: Self.read(CLOCK_REALTIME))
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
