/// A figure that says where it came from: there is no way to get the number without handling all three cases.
public enum Provenance<Measured, Modelled>: Hashable, Sendable
where Measured: Codable & Hashable & Sendable, Modelled: Codable & Hashable & Sendable {
  /// Read from a meter.
  case measured(Measured)
  /// Computed from a named model, never ranked against measured figures.
  case modelled(Modelled)
  /// Not to be had here; the reason is one sentence that says what would help.
  case unavailable(reason: String)
}

extension Provenance {
  /// Whether it was read from a meter.
  public var isMeasured: Bool { if case .measured = self { true } else { false } }
}

/// The JSON shape is one flat object whose `kind` names the case:
/// `{"kind": "measured", "source": ..., "domains": [...], "seconds": ..., "uncertaintyJoules": ...}`,
/// `{"kind": "modelled", "model": ..., "joules": ..., "lower": ..., "upper": ...}` or
/// `{"kind": "unavailable", "reason": ...}`. The synthesized shape (`{"measured": {"_0": ...}}`) would be a puzzle to
/// readers outside Swift.
extension Provenance: Codable {
  private enum Kind: String, Codable {
    case measured, modelled, unavailable
  }

  private enum CodingKeys: String, CodingKey {
    case kind, reason
  }

  /// Decodes the flat object; an unknown `kind` is a `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .measured: self = .measured(try Measured(from: decoder))
    case .modelled: self = .modelled(try Modelled(from: decoder))
    case .unavailable: self = .unavailable(reason: try container.decode(String.self, forKey: .reason))
    }
  }

  /// Encodes the flat object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .measured(let energy):
      try container.encode(Kind.measured, forKey: .kind)
      try energy.encode(to: encoder)
    case .modelled(let energy):
      try container.encode(Kind.modelled, forKey: .kind)
      try energy.encode(to: encoder)
    case .unavailable(let reason):
      try container.encode(Kind.unavailable, forKey: .kind)
      try container.encode(reason, forKey: .reason)
    }
  }
}
