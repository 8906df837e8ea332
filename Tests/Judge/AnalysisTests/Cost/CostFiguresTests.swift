import Energy
import Records
import Testing

@testable import Analysis

@Suite struct CostFiguresTests {
  private static let measured = EnergyPerSample.measured(
    MeasuredPerSample(
      source: "powercap-rapl", domains: ["package-0"], joules: 0.5, uncertainty: 0.05, rounds: 3, totalRounds: 3))

  private static var inputs: CostInputs {
    var inputs = CostInputs()
    inputs.pricePerHour = 0.36
    inputs.electricityPrice = 0.30
    inputs.pue = 1.2
    inputs.gridIntensity = 400
    return inputs
  }

  /// By hand: 100 samples/s are 360,000 an hour, so a million cost 1.00 of the machine. A million samples take 500 kJ, with PUE
  /// 600 kJ = 1/6 kWh, which cost 0.05. A thousand take 0.6 kJ = 1/6000 kWh, which emit 0.0667 g.
  @Test func figures() throws {
    let figures = CostFigures(Self.inputs, samplesPerSecond: 100, energy: Self.measured)
    #expect(abs(try #require(figures.machinePerMillion.value) - 1) < 1e-9)
    #expect(abs(try #require(figures.electricityPerMillion.value) - 0.05) < 1e-9)
    #expect(abs(try #require(figures.moneyPerMillion.value) - 1.05) < 1e-9)
    #expect(abs(try #require(figures.gramsPerThousand.value) - 400.0 / 6000) < 1e-9)
    #expect(abs(try #require(figures.samplesPerMoney.value) - 1e6 / 1.05) < 1e-6)
    guard case .known(_, let lower, let upper, let origins, let isModelled) = figures.moneyPerMillion else { return }
    // 10 % of the energy's part.
    #expect(abs(lower - 1.045) < 1e-9 && abs(upper - 1.055) < 1e-9)
    #expect(origins == ["throughput", "price-per-hour", "energy (powercap-rapl)", "electricity-price", "pue"])
    #expect(!isModelled)
  }

  @Test func ownedMachinesCostByTheHourOfTheirLife() throws {
    var inputs = Self.inputs
    inputs.pricePerHour = nil
    inputs.purchasePrice = 8765.82
    inputs.lifetimeYears = 4
    // A quarter of a unit an hour.
    let figures = CostFigures(inputs, samplesPerSecond: 100, energy: Self.measured)
    #expect(abs(try #require(figures.machinePerMillion.value) - 0.25 / 0.36) < 1e-9)
    inputs.lifetimeYears = nil
    let missing = CostFigures(inputs, samplesPerSecond: 100, energy: Self.measured)
    #expect(missing.machinePerMillion == .unavailable(reason: "lifetime-years is missing beside purchase-price."))
    #expect(missing.moneyPerMillion == .unavailable(reason: "lifetime-years is missing beside purchase-price."))
  }

  private enum Input: CaseIterable {
    case electricityPrice, pue, pricePerHour

    func remove(from inputs: inout CostInputs) {
      switch self {
      case .electricityPrice: inputs.electricityPrice = nil
      case .pue: inputs.pue = nil
      case .pricePerHour: inputs.pricePerHour = nil
      }
    }

    var reason: String {
      switch self {
      case .electricityPrice: "electricity-price is missing."
      case .pue: "pue is missing."
      case .pricePerHour: "price-per-hour, or purchase-price and lifetime-years, is missing."
      }
    }
  }

  /// No input has a default.
  @Test(arguments: Input.allCases)
  private func missingInputs(input: Input) {
    var inputs = Self.inputs
    input.remove(from: &inputs)
    let figures = CostFigures(inputs, samplesPerSecond: 100, energy: Self.measured)
    #expect(figures.moneyPerMillion == .unavailable(reason: input.reason))
    #expect(figures.samplesPerMoney == .unavailable(reason: input.reason))
    #expect((figures.gramsPerThousand.value == nil) == (input == .pue))
  }

  @Test func rentedWithElectricityNeedsNoEnergy() throws {
    var inputs = CostInputs()
    inputs.pricePerHour = 0.36
    inputs.electricityPrice = 0
    let figures = CostFigures(inputs, samplesPerSecond: 100, energy: .unavailable(reason: "There is no meter."))
    #expect(abs(try #require(figures.moneyPerMillion.value) - 1) < 1e-9)
    #expect(figures.gramsPerThousand == .unavailable(reason: "grid-intensity and pue are missing."))
  }

  @Test func withoutEnergyOrThroughputThereIsNoFigure() {
    let figures = CostFigures(Self.inputs, samplesPerSecond: nil, energy: .unavailable(reason: "There is no meter."))
    #expect(figures.machinePerMillion == .unavailable(reason: "There is no throughput."))
    #expect(figures.gramsPerThousand == .unavailable(reason: "There is no energy: There is no meter."))
  }

  @Test func modelledEnergyStaysModelled() throws {
    let energy = EnergyPerSample.modelled(
      ModelledPerSample(model: "linear", joules: 0.5, lower: 0.2, upper: 1, rounds: 1, totalRounds: 1))
    let figures = CostFigures(Self.inputs, samplesPerSecond: 100, energy: energy)
    guard case .known(let value, let lower, let upper, let origins, let isModelled) = figures.gramsPerThousand else {
      Issue.record("no figure")
      return
    }
    #expect(isModelled && origins.first == "modelled energy (linear)")
    #expect(abs(lower / value - 0.4) < 1e-9 && abs(upper / value - 2) < 1e-9)
  }

  @Test func inputsThatMakeNoSenseAreRefused() {
    func problem(_ change: (inout CostInputs) -> Void) -> String? {
      var inputs = Self.inputs
      change(&inputs)
      return inputs.problem
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.pue = 0.9 } == "pue is 0.9; it must be at least 1.")
    #expect(problem { $0.electricityPrice = -1 } == "electricity-price is -1.0; it must be at least 0.")
    #expect(problem { $0.lifetimeYears = 0 } == "lifetime-years is 0.0; it must be above 0.")
    #expect(problem { $0.gridIntensity = .nan } != nil)
    #expect(problem { $0.purchasePrice = 100 }?.contains("rented or owned") == true)
    #expect(problem { $0.currency = "EUR" } == nil)
    #expect(problem { $0.currency = "\u{1b}[31m" } != nil)
  }

  @Test func laterInputsGoOverEarlierOnes() {
    var other = CostInputs()
    other.pue = 1.5
    let merged = Self.inputs.overridden(by: other)
    #expect(merged.pue == 1.5 && merged.pricePerHour == 0.36)
    #expect(CostInputs().isEmpty && !merged.isEmpty)
  }
}
