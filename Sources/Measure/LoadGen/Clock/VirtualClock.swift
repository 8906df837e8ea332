/// Time that moves only when told to, or when somebody waits.
///
/// What systems under test will do later is an event: it happens while the test waits. Use it on one thread.
public final class VirtualClock: TestClock {
  private var time: Int64
  private var events: [Event] = []
  private var eventCount = 0

  private struct Event {
    let instant: Int64
    /// Events of one instant happen in the order in which they were asked for.
    let number: Int
    let action: () -> Void
  }

  /// Starts at `time` nanoseconds.
  public init(time: Int64 = 0) { self.time = time }

  /// The current virtual time in nanoseconds.
  public func now() -> Int64 { time }

  /// Moves time forward by `nanoseconds`, which must not be negative; what is due meanwhile happens.
  public func advance(by nanoseconds: Int64) {
    precondition(nanoseconds >= 0, "virtual time never runs backwards")
    wait(until: time + nanoseconds)
  }

  /// Lets something happen at `instant`, or at once when that is asked for too late.
  public func schedule(at instant: Int64, _ action: @escaping () -> Void) {
    let event = Event(instant: max(instant, time), number: eventCount, action: action)
    eventCount += 1
    // The latest first, so that the next one is taken from the end.
    var (low, high) = (0, events.count)
    while low < high {
      let middle = (low + high) / 2
      let other = events[middle]
      if (other.instant, other.number) > (event.instant, event.number) { low = middle + 1 } else { high = middle }
    }
    events.insert(event, at: low)
  }

  /// Moves time to `instant`; what is due meanwhile happens.
  public func wait(until instant: Int64) { wait(until: instant, while: { true }) }

  /// Moves time to `instant`, or to the event after which `isPending` says no.
  public func wait(until instant: Int64, while isPending: () -> Bool) {
    while isPending() {
      guard let event = events.last, event.instant <= instant else {
        time = max(time, instant)
        return
      }
      events.removeLast()
      time = max(time, event.instant)
      event.action()
    }
  }

  /// Nobody sleeps.
  public func wake() {}

  /// None: this time is not real.
  public var reference: ReferenceTime? { nil }
}
