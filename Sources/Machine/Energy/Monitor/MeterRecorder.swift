import CLinux
import Glibc
import Synchronization

/// Reads one meter again and again and keeps what it said: on a thread of its own, or whenever ``poll(_:)`` is called.
final class MeterRecorder: Polled {
  let meter: any Meter
  /// Seconds between readings, where the meter does not want more.
  private let period: Double
  private let clock: @Sendable () -> Int64
  /// Seconds that the machine has slept since it was started.
  private let slept: @Sendable () -> Double
  private let state = Mutex(State())

  private struct State {
    var trace: PowerTrace?
    var fault: MeterFault?
    var slept: Double?
    var readings = 0
    var childSeconds = 0.0
    var nextLook = Int64.min
  }

  /// - Parameter period: seconds between readings, where the meter does not want more.
  init(
    _ meter: any Meter, period: Double, clock: @escaping @Sendable () -> Int64 = { clinux_clock_ns() },
    slept: @escaping @Sendable () -> Double = MeterRecorder.sleptSinceBoot
  ) {
    self.meter = meter
    self.period = period
    self.clock = clock
    self.slept = slept
  }

  var name: String { meter.name }

  /// Opens the meter; gives what reads it once, or nil where it cannot be read.
  func open() -> (() -> Void)? {
    do throws(MeterFault) {
      let reader = try meter.open()
      let trace = PowerTrace(source: meter.name, traits: reader.traits, period: period)
      state.withLock {
        if $0.trace == nil { $0.trace = trace }
        $0.fault = nil
      }
      return { self.poll(reader) }
    } catch {
      state.withLock { $0.fault = error }
      return nil
    }
  }

  private func poll(_ reader: any MeterReader) {
    let begin = clock()
    do throws(MeterFault) {
      let samples = try reader.read()
      let end = clock()
      let slept = slept()
      state.withLock { state in
        let since = state.slept.map { slept - $0 } ?? 0
        state.slept = slept
        for (place, sample) in samples.enumerated() {
          state.trace?.add(sample, from: begin, to: end, slept: place == 0 ? since : 0)
        }
        state.readings += samples.count
      }
    } catch {
      state.withLock { $0.trace?.note(.fault, at: begin, error.reason) }
    }
    account(reader)
  }

  /// Looks what the reader's programs have computed, so seldom that looking takes a thousandth of a core at the most.
  private func account(_ reader: any MeterReader) {
    let begin = clock()
    guard state.withLock({ begin >= $0.nextLook }) else { return }
    let seconds = reader.childSeconds
    let end = clock()
    state.withLock { ($0.childSeconds, $0.nextLook) = (seconds, end + 1000 * max(end - begin, 0)) }
  }

  /// Seconds that programs which it started have computed, as far as it was looked.
  var childSeconds: Double { state.withLock { $0.childSeconds } }

  /// Seconds between readings, as the meter wants it.
  var interval: Double { state.withLock { $0.trace?.period } ?? period }

  /// Seconds between new values of the meter.
  var updateInterval: Double { state.withLock { $0.trace?.traits.updateInterval ?? 0 } }

  /// Readings so far.
  var readings: Int { state.withLock { $0.readings } }

  /// When the last one was; nil before the first.
  var lastTime: Int64? { state.withLock { $0.trace?.lastTime } }

  /// What it reads; nil where it could not be opened.
  var traits: MeterTraits? { state.withLock { $0.trace?.traits } }

  /// What happened to its readings so far.
  var events: [PowerEvent] { state.withLock { $0.trace?.events ?? [] } }

  /// Why it cannot be read; nil where it was, and where it has not answered yet.
  var whyUnreadable: String? {
    state.withLock { state in
      if let fault = state.fault { return fault.reason }
      guard let trace = state.trace, trace.lastTime == nil else { return nil }
      return trace.events.last { $0.kind == .fault }?.text
    }
  }

  /// All of a window that has been read. The trace itself is never handed out: a copy of it would be copied whole, under the
  /// lock, by the next reading.
  func window(from begin: Int64, to end: Int64) -> MeteredWindow {
    let (scope, events) = state.withLock { ($0.trace?.traits.scope, $0.trace?.events(from: begin, to: end) ?? []) }
    return MeteredWindow(source: name, scope: scope, energy: energy(from: begin, to: end), events: events)
  }

  /// The energy of a window that has been read.
  func energy(from begin: Int64, to end: Int64) -> EnergyReading {
    state.withLock { state in
      if let trace = state.trace { return trace.energy(from: begin, to: end) }
      return .unavailable(reason: state.fault?.reason ?? "\(meter.name) was not opened.")
    }
  }

  /// Forgets what windows from a moment on do not need.
  func forget(before time: Int64) { state.withLock { $0.trace?.forget(before: time) } }

  /// How far the clock that goes on while the machine sleeps is ahead of the one that does not, seconds.
  static let sleptSinceBoot: @Sendable () -> Double = {
    var (boot, awake) = (timespec(), timespec())
    clock_gettime(clockid_t(CLOCK_MONOTONIC), &awake)
    clock_gettime(clockid_t(CLOCK_BOOTTIME), &boot)
    return Double(boot.tv_sec - awake.tv_sec) + Double(boot.tv_nsec - awake.tv_nsec) / 1e9
  }
}
