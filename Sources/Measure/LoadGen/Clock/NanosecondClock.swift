/// Time as the load generator sees it; injected, so that tests run in virtual time.
///
/// A class protocol: calls through it never allocate, wherever they are compiled.
public protocol NanosecondClock: AnyObject {
  /// Nanoseconds since an arbitrary fixed moment; never decreases.
  func now() -> Int64
}
