import Foundation
import MachineTestSupport
import Synchronization

/// A made-up machine whose two packages draw 60 and 40 W in real time.
final class LiveCounters: Sendable {
  private let system: FakeSystem
  private let isOver = Atomic(false)

  private init() throws {
    system = try FakeSystem()
    for package in 0...1 {
      try system.write("/sys/class/powercap/intel-rapl:\(package)/name", "package-\(package)\n")
      try system.write("/sys/class/powercap/intel-rapl:\(package)/max_energy_range_uj", "262143328850\n")
    }
    try update(0)
    let begin = ContinuousClock.now
    Thread.detachNewThread { [self] in
      while !isOver.load(ordering: .relaxed) {
        try? update((ContinuousClock.now - begin) / .seconds(1))
        usleep(1000)
      }
    }
  }

  /// Lets a body read them; it gets the root below which they are.
  static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
    let counters = try LiveCounters()
    defer { counters.end() }
    return try body(counters.system.root)
  }

  private func end() { isOver.store(true, ordering: .relaxed) }

  private func update(_ seconds: Double) throws {
    for (package, watts) in [(0, 60.0), (1, 40.0)] {
      // As long as any later value, so that it is never read half written.
      let text = String(Int(seconds * watts * 1e6) + 1_000_000_000_000).dropFirst()
      try overwrite("/sys/class/powercap/intel-rapl:\(package)/energy_uj", text + "\n")
    }
  }

  private func overwrite(_ path: String, _ text: some StringProtocol) throws {
    let file = open(system.root + path, O_WRONLY | O_CREAT, 0o644)
    guard file >= 0 else { throw POSIXError(.EIO) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    _ = pwrite(file, bytes, bytes.count, 0)
  }
}
