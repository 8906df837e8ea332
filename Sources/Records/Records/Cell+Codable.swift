/// The JSON shape is `{"kind": "performance", "scenario": "SingleStream"}` or `{"kind": "fidelity"}`, which reads better
/// outside Swift than the synthesized `{"performance": {"_0": "SingleStream"}}`.
extension Cell.Measurement {
  private enum Kind: String, Codable {
    case performance, fidelity
  }

  private enum CodingKeys: String, CodingKey {
    case kind, scenario
  }

  /// Decodes the flat object; an unknown `kind` is a `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .performance: self = .performance(try container.decode(Scenario.self, forKey: .scenario))
    case .fidelity: self = .fidelity
    }
  }

  /// Encodes the flat object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .performance(let scenario):
      try container.encode(Kind.performance, forKey: .kind)
      try container.encode(scenario, forKey: .scenario)
    case .fidelity:
      try container.encode(Kind.fidelity, forKey: .kind)
    }
  }
}
