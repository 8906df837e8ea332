import Synchronization

@testable import Energy

/// A meter that reads a stand-in, by a clock that moves only when told to.
final class PTDaemonRig: Sendable {
  let daemon: PTDaemonStandIn
  let rig: MeterRig
  private let now: Time

  private final class Time: Sendable {
    let value = Mutex<Int64>(1_000_000_000)
  }

  init(_ daemon: PTDaemonStandIn, patience: Double = 2) {
    let now = Time()
    self.now = now
    self.daemon = daemon
    rig = MeterRig(PTDaemonMeter(daemon.settings(patience: patience), clock: { now.value.withLock { $0 } }))
  }

  deinit { rig.close() }

  /// Lets time pass, lets something happen, and reads the meter.
  func step(_ seconds: Double, _ change: () -> Void = {}) {
    rig.step(seconds) {
      now.value.withLock { $0 += Int64((seconds * 1e9).rounded()) }
      change()
    }
  }

  /// Gives a sample each second.
  func run(_ seconds: Int, from begin: Int, watts: (Int) -> Double = { _ in 100 }) {
    for second in 0..<seconds {
      step(1) { daemon.add(PTDaemonStandIn.sample(watts(begin + second), at: Double(begin + second))) }
    }
  }
}
