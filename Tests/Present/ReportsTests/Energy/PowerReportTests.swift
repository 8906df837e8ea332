import Energy
import Records
import Testing

@testable import LoadGen
@testable import Reports

private func unwrapped(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

@Suite struct PowerReportTests {
  private static let command = ["make", "-j", "2"]

  private static func measurement(_ readings: [MeteredWindow], exitCode: Int = 0) -> PowerMeasurement {
    PowerMeasurement(
      command: command, exitCode: exitCode, seconds: 12.5, user: 20.25, system: 1.5, readings: readings,
      power: PowerAccount(idleBefore: EnergySample.idle(20), idleAfter: EnergySample.idle(22)))
  }

  private static let gap = PowerEvent(.gap, time: 5, "ipmi-dcmi was not read for 3.2 s.")

  private static let readings = [
    MeteredWindow(
      source: "powercap-rapl", scope: .processor,
      energy: EnergySample.reading(500, seconds: 12.5, parts: [.init(name: "package-0/core", joules: 350)]), events: []),
    MeteredWindow(
      source: "ipmi-dcmi", scope: .machine, energy: EnergySample.reading(1400, seconds: 12.5, by: "ipmi-dcmi"),
      events: [gap]),
    MeteredWindow(source: "ccf-aws", scope: nil, energy: EnergySample.modelled(600), events: []),
    MeteredWindow(
      source: "battery", scope: nil, energy: .unavailable(reason: "/sys/class/power_supply has no battery."), events: []
    ),
  ]

  @Test("What users see", arguments: [80, 120])
  func snapshots(width: Int) throws {
    let style = ReportStyle(width: width)
    try expectSnapshot(
      PowerMeasurementReport(Self.measurement(Self.readings, exitCode: 2), style: style).text, "power-\(width)")
    try expectSnapshot(
      PowerMeasurementReport(Self.measurement([Self.readings[3]]), style: style).text, "power-none-\(width)")
    try expectSnapshot(MeterListReport(try Self.listings(), style: style).text, "power-list-\(width)")
  }

  /// 500 J without 12.5 s of 21 W; 5 J of the meter and 12.5 s of 1.22 W.
  @Test func netIsBesideGross() {
    let text = PowerMeasurementReport(Self.measurement(Self.readings), style: ReportStyle(width: 120)).text
    #expect(text.contains(" 237.5 ±20.25 "))
    #expect(text.contains(" 40.00 "))
    #expect(!text.contains("exit code"))
  }

  @Test func withoutAMeterThereIsNoFigureAndNoZero() {
    let text = unwrapped(PowerMeasurementReport(Self.measurement([Self.readings[3]])).text)
    #expect(text.contains("battery unavailable: /sys/class/power_supply has no battery."))
    #expect(!text.contains(" J") && !text.contains(" W"))
  }

  @Test func nothingSteersATerminal() {
    let evil = "\u{1B}]0;owned\u{7}"
    let window = MeteredWindow(
      source: evil, scope: nil, energy: .unavailable(reason: evil), events: [PowerEvent(.fault, time: 0, evil)])
    let measurement = PowerMeasurement(
      command: [evil], exitCode: 0, seconds: 1, user: 1, system: 0, readings: [window], power: PowerAccount())
    let text = PowerMeasurementReport(measurement).text
    #expect(text.contains("owned") && !text.contains("\u{1B}") && !text.contains("\u{7}"))
  }

  // MARK: Meters

  private struct ListedMeter: Meter {
    let name: String
    let fault: MeterFault?

    func availability() -> MeterAvailability {
      fault.map { .unavailable(reason: $0.reason) } ?? .available(covers: "All.")
    }

    func open() throws(MeterFault) -> any MeterReader {
      if let fault { throw fault }
      return ListedReader()
    }
  }

  private final class ListedReader: MeterReader {
    let traits = MeterTraits(
      channels: [
        .init("package-0", .power, resolution: 1), .init("package-0/core", .power, isCounted: false, resolution: 1),
        .init("dram-0", .power, resolution: 1),
      ], scope: .processor, updateInterval: 0.001)

    func read() throws(MeterFault) -> [MeterSample] { [] }
  }

  private static func listings(hasReadable: Bool = true) throws -> [MeterListing] {
    let meters = [
      ListedMeter(name: "powercap-rapl", fault: hasReadable ? nil : MeterFault(EnergySample.unreadable)),
      ListedMeter(
        name: "perf-power",
        fault: MeterFault(
          "/sys/bus/event_source/devices/power is not there; the CPU or the hypervisor does not offer it.")),
    ]
    return meters.map { MeterListing($0) }
  }

  @Test func theVerdictIsOfWhatCanBeRead() throws {
    #expect(MeterListReport(try Self.listings()).text.contains("never added"))
    let text = MeterListReport(try Self.listings(hasReadable: false)).text
    #expect(text.contains("No meter can be read here, so energy is unavailable."))
    #expect(unwrapped(text).contains("powercap-rapl " + EnergySample.unreadable))
    // What is contained in another channel is not counted.
    #expect(MeterListReport(try Self.listings()).text.contains(" package-0, dram-0 "))
  }

  // MARK: MLPerf

  private static func result(_ scenario: TestScenario) -> TestResult {
    var settings = TestSettings(scenario: scenario)
    settings.minDuration = 1
    let latency = LatencySummary(count: 100, min: 1, max: 3, mean: 2, values: [1, 1, 1, 2, 3, 3], target: 2)
    let end: Int64 = 20_000_000_000
    return TestResult(
      requested: settings, effective: settings, system: "stand-in",
      library: .init(name: "numbers", totalCount: 1024, performanceCount: 1024), loadedSet: [], queryCount: 100,
      sampleCount: 800, completedCount: 800, lastScheduled: end, lastIssued: end, lastCompleted: end,
      lastQueryCompleted: end, sampleLatency: latency, queryLatency: latency, overLatencyCount: 0, earlyStopping: nil,
      lateness: nil, concurrency: .init(mean: 1, peak: 1), faults: .init(), end: .rule, clock: nil)
  }

  @Test func mlperfSnapshot() throws {
    let text = MLPerfPowerReport(Self.readings, of: Self.result(.singleStream), style: ReportStyle(width: 80)).text
    try expectSnapshot(try #require(text), "mlperf-power-80")
  }

  /// 500 J over 12.5 s, 100 queries and 800 samples.
  @Test(arguments: [
    (TestScenario.singleStream, "40.00 W, 5000 mJ a query, ±1.0 %"), (.multiStream, "40.00 W, 5000 mJ a query, ±1.0 %"),
    (.offline, "40.00 W, 1.600 samples/J, ±1.0 %"), (.server, "40.00 W, 1.600 samples/J, ±1.0 %"),
  ])
  func scenariosHaveTheirOwnFigure(scenario: TestScenario, figures: String) throws {
    let text = try #require(MLPerfPowerReport([Self.readings[0]], of: Self.result(scenario)).text)
    #expect(unwrapped(text).contains("powercap-rapl: \(figures) (measured: processors and their memory)"))
    #expect(unwrapped(text).contains("this is MLPerf-like."))
  }

  @Test func onlyMeasuredFiguresAreHeldAgainstMLPerf() throws {
    let text = try #require(MLPerfPowerReport([Self.readings[2]], of: Self.result(.offline)).text)
    #expect(
      unwrapped(text).contains(
        "ccf-aws: ~30.00 W, ~1.333 samples/J, between 15.00 and 45.00 W (modelled, not measured)"))
    #expect(!text.contains("MLPerf"))
    #expect(MLPerfPowerReport([], of: Self.result(.offline)).text == nil)
  }
}
