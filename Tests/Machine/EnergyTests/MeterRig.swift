import MachineTestSupport
import Synchronization
import Testing

@testable import Energy

/// Reads a meter by a clock that moves only when told to.
final class MeterRig: Sendable {
  private let now = Mutex<Int64>(1_000_000_000)
  private let slept = Mutex(0.0)
  private let recorder = Mutex<MeterRecorder?>(nil)
  nonisolated(unsafe) private var read: (() -> Void)?

  /// - Parameter period: seconds between readings, as the meter is told.
  init(_ meter: any Meter, period: Double = 0.05) {
    let made = MeterRecorder(
      meter, period: period, clock: { [self] in now.withLock { $0 } }, slept: { [self] in slept.withLock { $0 } })
    recorder.withLock { $0 = made }
    read = made.open()
    poll()
  }

  /// The clock.
  var time: Int64 { now.withLock { $0 } }

  /// Reads the meter.
  func poll() { read?() }

  /// Lets time pass and reads the meter.
  func step(_ seconds: Double) { step(seconds) {} }

  /// Lets time pass, lets something happen, and reads the meter.
  func step(_ seconds: Double, _ change: () throws -> Void) rethrows {
    now.withLock { $0 += Int64((seconds * 1e9).rounded()) }
    try change()
    poll()
  }

  /// Gives the reader back, so that the meter is closed.
  func close() { read = nil }

  /// Lets the machine sleep.
  func sleep(_ seconds: Double) { slept.withLock { $0 += seconds } }

  /// The energy since a moment, a second after the clock's beginning unless told.
  func energy(from begin: Int64 = 1_000_000_000, to end: Int64? = nil) -> EnergyReading {
    recorder.withLock { $0 }?.energy(from: begin, to: end ?? time) ?? .unavailable(reason: "no recorder")
  }

  /// What happened.
  var events: [PowerEvent] { recorder.withLock { $0 }?.events ?? [] }

  /// What is read; nil where the meter could not be opened.
  var traits: MeterTraits? { recorder.withLock { $0 }?.traits }
}

extension EnergyReading {
  var measured: MeasuredEnergy? {
    if case .measured(let energy) = self { return energy }
    return nil
  }

  var reason: String? {
    if case .unavailable(let reason) = self { return reason }
    return nil
  }
}
