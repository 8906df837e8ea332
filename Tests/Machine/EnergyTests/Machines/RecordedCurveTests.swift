import MachineTestSupport
import Testing

@testable import Energy

/// A meter behind which a curve is replayed.
private struct Replay: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// How much slower than recorded it is replayed: for meters of minutes.
  var slowness = 1.0
  /// Seconds between readings.
  var period = 0.1
  /// Makes the meter, and what brings it to a moment of the curve.
  let make: @Sendable (RecordedCurve) throws -> (meter: any Meter, show: (Double) throws -> Void)

  /// Counters are updated every millisecond.
  static func counted(_ curve: RecordedCurve, _ time: Double) -> Double {
    curve.joules((time * 1000).rounded(.down) / 1000)
  }

  static let all = [
    Replay(testDescription: "powercap, whose counters wrap every kilojoule") { curve in
      let range: UInt64 = 1_000_000_000
      let powercap = try FakePowercap(
        ["intel-rapl:0": ("package-0", 0), "intel-rapl:0:0": ("dram", 0), "intel-rapl:1": ("package-1", 0)],
        range: range)
      return (
        powercap.meter(),
        { time in
          for (zone, share) in [("intel-rapl:0", 0.5), ("intel-rapl:0:0", 0.1), ("intel-rapl:1", 0.4)] {
            try powercap.set(zone, UInt64(counted(curve, time) * share * 1e6) % (range + 1))
          }
        }
      )
    },
    Replay(testDescription: "powercap's psys") { curve in
      let powercap = try FakePowercap(["intel-rapl:1": ("psys", 0)], range: 1_000_000_000)
      return (
        powercap.meter(.platform),
        { try powercap.set("intel-rapl:1", UInt64(counted(curve, $0) * 1e6) % 1_000_000_001) }
      )
    },
    Replay(testDescription: "perf") { curve in
      let system = try FakeMachine.intelServer.system()
      let perf = FakePerf()
      return (
        PerfPowerMeter(root: system.root, counters: perf),
        { [system] time in
          _ = system
          for (code, cpu, share) in [(2, 0, 0.5), (2, 24, 0.3), (3, 0, 0.1), (3, 24, 0.1)] {
            perf.set(UInt64(code), cpu: Int32(cpu), joules: counted(curve, time) * share)
          }
        }
      )
    },
    Replay(testDescription: "perf's psys in whole joules") { curve in
      let system = try FakeMachine.intelServer.system()
      let perf = FakePerf()
      return (
        PerfPowerMeter(root: system.root, scope: .platform, counters: perf),
        { [system] time in
          _ = system
          perf.set(5, cpu: 0, joules: counted(curve, time).rounded(.down))
        }
      )
    },
    Replay(testDescription: "amd_energy") { curve in
      let system = try FakeMachine.amdServer.system()
      return (
        try #require(HwmonMeter.all(root: system.root).first { $0.name == "hwmon-amd_energy" }),
        { time in
          for (file, share) in [("energy3_input", 0.7), ("energy4_input", 0.3)] {
            try system.write("/sys/class/hwmon/hwmon1/\(file)", "\(UInt64(counted(curve, time) * share * 1e6))\n")
          }
        }
      )
    },
    hwmon("ina226", "power1_input", ["update_interval": "140"], every: 0.14),
    hwmon("power_meter", "power1_average", ["power1_average_interval": "1000", "power1_accuracy": "1.0%"], every: 1),
    hwmon("silent", "power1_input", [:], every: 1),
    Replay(testDescription: "a battery", slowness: 20, period: 1) { curve in
      let system = try FakeMachine.laptop.system()
      return (
        BatteryMeter(root: system.root),
        { try system.write("/sys/class/power_supply/BAT0/power_now", "\(Int(curve.shown($0, every: 15) * 1e6))\n") }
      )
    },
    Replay(testDescription: "two batteries that tell currents", slowness: 20, period: 1) { curve in
      let system = try FakeMachine.laptop.system()
      let folder = "/sys/class/power_supply"
      try system.remove("\(folder)/BAT0/power_now")
      for (file, text) in [("type", "Battery"), ("status", "Discharging"), ("voltage_now", "11400000")] {
        try system.write("\(folder)/BAT1/\(file)", text)
      }
      return (
        BatteryMeter(root: system.root),
        { time in
          for (battery, volts, sign) in [("BAT0", 11.8, -1.0), ("BAT1", 11.4, 1)] {
            let milliamperes = (curve.shown(time, every: 15) / 2 / volts * 1000).rounded()
            try system.write("\(folder)/\(battery)/current_now", "\(Int(milliamperes * sign) * 1000)\n")
          }
        }
      )
    },
  ]

  /// A device whose values are averages over its interval.
  static func hwmon(_ name: String, _ file: String, _ files: [String: String], every interval: Double) -> Replay {
    Replay(testDescription: "\(name) of hwmon, every \(interval) s") { curve in
      let system = try FakeMachine("a sensor", [FakeMachine.hwmon(2, name, files.merging([file: "60000000"]) { $1 })])
        .system()
      return (
        HwmonMeter.all(root: system.root)[0],
        {
          try system.write(
            "/sys/class/hwmon/hwmon2/\(file)", "\(Int((curve.shown($0, every: interval) * 1e6).rounded()))\n")
        }
      )
    }
  }
}

@Suite("A recorded power curve")
struct RecordedCurveTests {
  @Test("Every meter gives its joules within the uncertainty that it states, which is small", arguments: Replay.all)
  fileprivate func replays(replay: Replay) throws {
    let curve = RecordedCurve.step.slowed(replay.slowness)
    let (meter, show) = try replay.make(curve)
    try show(0)
    let rig = MeterRig(meter, period: replay.period)
    let start = rig.time
    for step in 1...Int(curve.seconds / replay.period) {
      try rig.step(replay.period) { try show(Double(step) * replay.period) }
    }
    #expect(rig.events.isEmpty, "\(rig.events)")
    try curve.expect { rig.energy(from: $0 + start, to: $1 + start) }
  }

  @Test("The curve's own energy is right")
  func curve() {
    // 20 s at 60 W, 20 s at 180 W, 30 s at 120 W on average, 20 s at 60 W.
    #expect(RecordedCurve.step.joules(20) == 1200)
    #expect(RecordedCurve.step.joules(40) == 4800)
    #expect(abs(RecordedCurve.step.joules(90) - 9600) < 1e-9)
    #expect(abs(RecordedCurve.step.joules(55) - 4800 - 2250) < 1e-9)
    #expect(RecordedCurve.step.shown(21.5, every: 1) == 180)
    #expect(RecordedCurve.step.shown(20.5, every: 1) == 60)
  }
}
