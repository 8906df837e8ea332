/// A clock that a test can also wait with; injected, so that tests of tests run in virtual time.
public protocol TestClock: NanosecondClock {
  /// Returns at `instant` or as soon after it as it can.
  func wait(until instant: Int64)

  /// Returns as soon as `isPending` says no, or at `instant`. Whoever makes it say no calls ``wake()`` afterwards.
  func wait(until instant: Int64, while isPending: () -> Bool)

  /// Lets a thread that waits look again. From any thread; costs nothing where nobody waits.
  func wake()

  /// What other clocks say now; nil where time is not real.
  var reference: ReferenceTime? { get }
}

/// What the system's other clocks say at one moment, nanoseconds.
public struct ReferenceTime: Hashable, Sendable {
  /// CLOCK_MONOTONIC, which time servers discipline.
  public let monotonic: Int64
  /// CLOCK_REALTIME: since 1970, UTC.
  public let realtime: Int64

  /// Makes a moment.
  public init(monotonic: Int64, realtime: Int64) {
    self.monotonic = monotonic
    self.realtime = realtime
  }
}
