import Analysis
import ArgumentParser
import Yams

/// What the user says of money and carbon, in a file and by options that go over it. Shared by the commands that show records.
struct CostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Money and carbon from a YAML file with price-per-hour, purchase-price, lifetime-years, electricity-price (a kWh), pue, "
        + "grid-intensity (g CO2e a kWh), currency.", valueName: "file"))
  var costs: String?

  @Option(help: ArgumentHelp("Money for an hour of the machine.", valueName: "money"))
  var pricePerHour: Double?

  @Option(help: ArgumentHelp("Money that the machine cost; needs --lifetime-years.", valueName: "money"))
  var purchasePrice: Double?

  @Option(help: ArgumentHelp("Years that the machine is used for.", valueName: "years"))
  var lifetimeYears: Double?

  @Option(help: ArgumentHelp("Money for a kWh; 0 where the price per hour contains it.", valueName: "money"))
  var electricityPrice: Double?

  @Option(help: ArgumentHelp("Power usage effectiveness of the building, at least 1.", valueName: "pue"))
  var pue: Double?

  @Option(help: ArgumentHelp("Grams of CO2e for a kWh.", valueName: "grams"))
  var gridIntensity: Double?

  /// What was said; nil where nothing was.
  func inputs() throws -> CostInputs? {
    var given = CostInputs()
    given.pricePerHour = pricePerHour
    given.purchasePrice = purchasePrice
    given.lifetimeYears = lifetimeYears
    given.electricityPrice = electricityPrice
    given.pue = pue
    given.gridIntensity = gridIntensity
    let inputs = try costs.map { try Self.file($0).overridden(by: given) } ?? given
    if let problem = inputs.problem { throw CommandFailure("Costs: \(problem)", exitCode: costs == nil ? 64 : 65) }
    return inputs.isEmpty ? nil : inputs
  }

  /// Reads a file. What is misspelt in it is said: a figure would be unavailable otherwise, and nobody would know why.
  private static func file(_ path: String) throws -> CostInputs {
    guard let mapping = try YAMLFile.node(path, what: "a file of costs")?.mapping else {
      throw CommandFailure("\(path) is to hold names and values, such as pue: 1.3", exitCode: 65)
    }
    var inputs = CostInputs()
    for (key, value) in mapping {
      let name = Terminal.harmless(String((key.string ?? "").prefix(40)))
      if name == "currency" {
        inputs.currency = value.string
        continue
      }
      guard let path = fields[name] else {
        let known = (fields.keys.sorted() + ["currency"]).joined(separator: ", ")
        throw CommandFailure("\(path) has the name `\(name)`; it may have \(known).", exitCode: 65)
      }
      guard let number = value.float ?? value.int.map({ Double($0) }) else {
        throw CommandFailure("\(costsName(of: name)) is to be a number.", exitCode: 65)
      }
      inputs[keyPath: path] = number
    }
    return inputs
  }

  private static func costsName(of name: String) -> String { "`\(name)` in the file of costs" }

  private static let fields: [String: any WritableKeyPath<CostInputs, Double?> & Sendable] = [
    "price-per-hour": \.pricePerHour, "purchase-price": \.purchasePrice, "lifetime-years": \.lifetimeYears,
    "electricity-price": \.electricityPrice, "pue": \.pue, "grid-intensity": \.gridIntensity,
  ]
}
