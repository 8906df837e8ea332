/// Time as the load generator sees it; injected, so that tests run in virtual time.
///
/// A class protocol: calls through it never allocate, wherever they are compiled.
public protocol NanosecondClock: AnyObject {
  /// Nanoseconds since an arbitrary fixed moment; never decreases.
  func now() -> Int64
}

/// Time that moves only when told to.
public final class VirtualClock: NanosecondClock {
  private var time: Int64

  /// Starts at `time` nanoseconds.
  public init(time: Int64 = 0) { self.time = time }

  /// The current virtual time in nanoseconds.
  public func now() -> Int64 { time }

  /// Moves time forward by `nanoseconds`, which must not be negative.
  public func advance(by nanoseconds: Int64) {
    precondition(nanoseconds >= 0, "virtual time never runs backwards")
    time += nanoseconds
  }
}
