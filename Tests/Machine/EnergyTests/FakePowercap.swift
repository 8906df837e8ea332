import MachineTestSupport
import Synchronization

@testable import Energy

/// A made-up /sys/class/powercap.
final class FakePowercap: Sendable {
  static let folder = "/sys/class/powercap"
  /// A usual range: 262 kJ, used up in 262 s at 1000 W.
  static let range: UInt64 = 262_143_328_850

  let system: FakeSystem

  /// Makes zones: folder name to (name, counter).
  init(_ zones: [String: (name: String, counter: UInt64)], range: UInt64 = FakePowercap.range) throws {
    system = try FakeSystem(["/sys/class/powercap/intel-rapl/enabled": "1\n"])
    for (zone, content) in zones {
      try system.write("\(Self.folder)/\(zone)/name", content.name + "\n")
      try system.write("\(Self.folder)/\(zone)/max_energy_range_uj", "\(range)\n")
      try set(zone, content.counter)
    }
  }

  /// Sets a zone's counter.
  func set(_ zone: String, _ counter: UInt64) throws {
    try system.write("\(Self.folder)/\(zone)/energy_uj", "\(counter)\n")
  }

  func meter(_ scope: PowercapMeter.Scope = .processor) -> PowercapMeter {
    PowercapMeter(root: system.root, scope: scope, clock: HurriedClock().next)
  }

  /// Two packages with everything that nests in them, psys, and the memory-mapped duplicate of package 0.
  static func twoPackages() throws -> FakePowercap {
    try FakePowercap([
      "intel-rapl:0": ("package-0", 1_000_000), "intel-rapl:0:0": ("core", 500),
      "intel-rapl:0:1": ("uncore", 500), "intel-rapl:0:2": ("dram", 2_000_000),
      "intel-rapl:1": ("package-1", 3_000_000), "intel-rapl:1:0": ("dram", 4_000_000),
      "intel-rapl:2": ("psys", 9_000_000), "intel-rapl-mmio:0": ("package-0", 77),
      "intel-rapl-mmio:0:0": ("dram", 78),
    ])
  }
}

/// A clock by which more than a second passes between any two looks at it, so that nothing is taken for granted.
final class HurriedClock: Sendable {
  private let now = Mutex<Int64>(0)

  /// The next moment.
  var next: @Sendable () -> Int64 {
    { [self] in
      now.withLock {
        $0 += 2_000_000_000
        return $0
      }
    }
  }
}
