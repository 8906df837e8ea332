import Analysis
import Energy
import NumericFormats
import Records

/// Made-up runs, windows and load lines with one of everything that reports say of energy.
enum EnergySample {
  static let unreadable = "/sys/class/powercap/intel-rapl:0/energy_uj may be read by root alone; run as root."

  static func reading(
    _ joules: Double, seconds: Double = 2, by source: String = "powercap-rapl", parts: [MeasuredEnergy.Domain]? = nil
  ) -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: source, domains: [.init(name: "package-0", joules: joules)], seconds: seconds,
        uncertaintyJoules: joules / 100, parts: parts))
  }

  static func modelled(_ joules: Double) -> EnergyReading {
    .modelled(ModelledEnergy(model: "ccf-aws", joules: joules, lower: joules * 0.5, upper: joules * 1.5))
  }

  /// Prices, but no grid intensity.
  static var costs: CostInputs {
    var inputs = CostInputs()
    inputs.pricePerHour = 0.36
    inputs.electricityPrice = 0.3
    inputs.pue = 1.2
    inputs.currency = "EUR"
    return inputs
  }

  /// A cell whose rounds take different joules.
  static func result(
    _ cell: Cell, milliseconds: Double, count: Int, _ energies: [EnergyReading], tokens: Int? = nil
  ) -> Record.CellResult {
    var result = Sample.performance(cell, milliseconds: milliseconds, count: count, rounds: energies.count)
    for (index, energy) in energies.enumerated() {
      result.rounds[index].performance?.energy = energy
      result.rounds[index].observation.tokensPerSample = tokens
    }
    return result
  }

  static func idle(_ watts: Double) -> [MeteredWindow] {
    [MeteredWindow(source: "powercap-rapl", scope: .processor, energy: reading(watts * 3, seconds: 3), events: [])]
  }

  private static func cell(
    _ workload: String, _ precision: Precision, threads: Int, batch: Int = 1, _ scenario: Scenario = .singleStream
  ) -> Cell {
    Cell(
      workload: workload, precision: precision, execution: .native,
      contract: precision == .fp32 ? "fp32-fma" : "u8s8-vnni", engine: "native",
      placement: Placement(pus: Array(0..<threads)), batch: batch, measurement: .performance(scenario))
  }

  /// Measured with net, in part, with tokens; modelled; unavailable.
  static var record: Record {
    var record = Sample.record(
      [
        result(
          cell("resnet50", .fp32, threads: 1), milliseconds: 44.6, count: 40, [84, 86, 85].map { reading($0) }),
        result(
          cell("resnet50", .fp32, threads: 2), milliseconds: 23.8, count: 80,
          [reading(120), reading(126), .unavailable(reason: unreadable)]),
        result(
          cell("resnet50", .fp32, threads: 2, batch: 8, .offline), milliseconds: 181, count: 12,
          [90, 92, 91].map { modelled($0) }),
        result(
          cell("resnet50", .int8, threads: 2), milliseconds: 9.1, count: 200, [70, 71, 70.5].map { reading($0) }),
        result(
          cell("bert-base-384", .fp32, threads: 2), milliseconds: 180.2, count: 11, [90, 90.5, 91].map { reading($0) },
          tokens: 384),
        result(
          cell("minilm-l6", .fp32, threads: 2), milliseconds: 3, count: 400,
          [.unavailable(reason: unreadable), .unavailable(reason: unreadable)]),
      ], status: .complete, warnings: [])
    let gap = PowerEvent(.gap, time: 1, "powercap-rapl was not read for 3.2 s.")
    for round in 1...2 {
      record.cells[1].rounds[round].performance?.meters = [
        MeteredWindow(
          source: "powercap-rapl", scope: .processor, energy: .unavailable(reason: unreadable), events: [gap])
      ]
    }
    record.power = PowerAccount(
      idleBefore: idle(21), idleAfter: idle(22),
      monitor: MonitorAccount(readings: 2410, cpuSeconds: 0.12, seconds: 120, pus: [1], isApart: false))
    return record
  }

  /// Four steps and active idle.
  static func line(_ energy: (Double) -> EnergyReading) -> LoadLine {
    let loads = [1, 0.75, 0.5, 0.25, 0]
    let steps = loads.map { load in
      LoadLine.Step(
        load: load, offered: load * 200, completed: load * 199, p50: load > 0 ? 0.004 + load * 0.002 : nil,
        p99: load > 0 ? 0.006 + load * load * 0.03 : nil, seconds: 10, failed: load == 1 ? 2 : 0, energy: energy(load),
        meters: nil)
    }
    return LoadLine(
      tool: Sample.quiet.tool, createdAt: "2025-03-01T12:00:00Z", machine: Sample.machine,
      system: "resnet50 int8, native, 2 threads", calibration: [190, 199, 201], maximum: 200, stepSeconds: 10,
      steps: steps, monitor: MonitorAccount(readings: 1000, cpuSeconds: 0.1, seconds: 50, pus: [1], isApart: true))
  }

  /// 40 W at idle, 100 W at full load.
  static let measuredLine = line { reading(400 + 600 * $0, seconds: 10) }
}
