/// What the user says of money and carbon. There are no defaults: what nobody said is nil, and figures that need it are
/// unavailable.
public struct CostInputs: Codable, Hashable, Sendable {
  /// Money for an hour of the machine, for whoever rents it.
  public var pricePerHour: Double?
  /// Money that the machine cost, for whoever owns it.
  public var purchasePrice: Double?
  /// Years that it is used for.
  public var lifetimeYears: Double?
  /// Money for a kilowatt hour; 0 where the price per hour contains electricity.
  public var electricityPrice: Double?
  /// Power of the whole building over that of its machines (power usage effectiveness), at least 1.
  public var pue: Double?
  /// Grams of CO2 equivalent for a kilowatt hour.
  public var gridIntensity: Double?
  /// What money is counted in, for example `EUR`.
  public var currency: String?

  /// Says nothing.
  public init() {}

  /// Whether nothing was said.
  public var isEmpty: Bool { self == CostInputs() }

  /// These inputs with those of `other` put over them, one by one.
  public func overridden(by other: CostInputs) -> CostInputs {
    var merged = self
    merged.pricePerHour = other.pricePerHour ?? pricePerHour
    merged.purchasePrice = other.purchasePrice ?? purchasePrice
    merged.lifetimeYears = other.lifetimeYears ?? lifetimeYears
    merged.electricityPrice = other.electricityPrice ?? electricityPrice
    merged.pue = other.pue ?? pue
    merged.gridIntensity = other.gridIntensity ?? gridIntensity
    merged.currency = other.currency ?? currency
    return merged
  }

  /// What makes no sense, as a sentence; nil where everything does.
  public var problem: String? {
    let figures: [(name: String, value: Double?, least: Double, isAllowed: Bool)] = [
      ("price-per-hour", pricePerHour, 0, true), ("purchase-price", purchasePrice, 0, true),
      ("lifetime-years", lifetimeYears, 0, false), ("electricity-price", electricityPrice, 0, true),
      ("pue", pue, 1, true),
      ("grid-intensity", gridIntensity, 0, true),
    ]
    for (name, value, least, isAllowed) in figures {
      guard let value else { continue }
      guard value.isFinite, value > least || (isAllowed && value == least), value <= 1e12 else {
        return "\(name) is \(value); it must be \(isAllowed ? "at least" : "above") \(least == 1 ? "1" : "0")."
      }
    }
    if pricePerHour != nil, purchasePrice != nil {
      return "Both price-per-hour and purchase-price are given; the machine is rented or owned."
    }
    if let currency, currency.isEmpty || currency.count > 8 || !currency.allSatisfy({ $0.isASCII && $0.isLetter }) {
      return "currency is to be a short word such as EUR."
    }
    return nil
  }
}
