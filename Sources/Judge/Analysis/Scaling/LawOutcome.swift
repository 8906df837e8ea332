import Statistics

/// A fitted law, or why there is none.
public enum LawOutcome<Law: Codable & Hashable & Sendable>: Hashable, Sendable {
  /// The fit.
  case fitted(Law)
  /// No numbers, and the reason as a sentence.
  case refused(reason: String)

  init(_ fit: () throws(ScalingFitRefusal) -> Law) {
    do throws(ScalingFitRefusal) { self = .fitted(try fit()) } catch { self = .refused(reason: error.description) }
  }

  /// The fit; nil where it was refused.
  public var law: Law? {
    if case .fitted(let law) = self { law } else { nil }
  }
}

/// The JSON shape is `{"fit": {...}}` or `{"refused": "..."}`.
extension LawOutcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case fit, refused
  }

  /// Decodes either form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let law = try container.decodeIfPresent(Law.self, forKey: .fit) {
      self = .fitted(law)
    } else {
      self = .refused(reason: try container.decode(String.self, forKey: .refused))
    }
  }

  /// Encodes the form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .fitted(let law): try container.encode(law, forKey: .fit)
    case .refused(let reason): try container.encode(reason, forKey: .refused)
    }
  }
}
