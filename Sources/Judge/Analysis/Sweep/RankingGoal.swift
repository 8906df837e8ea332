/// What the best configuration is the best in.
public enum RankingGoal: Hashable, Sendable {
  /// The most samples per second.
  case throughput
  /// The most samples per joule.
  case efficiency
  /// The most samples per second among those whose p99 of latency is at most this many nanoseconds.
  case latency(nanoseconds: Int)
  /// The least p99 of latency.
  case leastLatency
}

/// The JSON shape is `{"kind": "throughput"}`, or `{"kind": "latency", "nanoseconds": 15000000}` for a limit.
extension RankingGoal: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, nanoseconds
  }

  private enum Kind: String, Codable {
    case throughput, efficiency, latency, leastLatency
  }

  /// Decodes the flat object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .throughput: self = .throughput
    case .efficiency: self = .efficiency
    case .latency: self = .latency(nanoseconds: try container.decode(Int.self, forKey: .nanoseconds))
    case .leastLatency: self = .leastLatency
    }
  }

  /// Encodes the flat object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .throughput: try container.encode(Kind.throughput, forKey: .kind)
    case .efficiency: try container.encode(Kind.efficiency, forKey: .kind)
    case .latency(let nanoseconds):
      try container.encode(Kind.latency, forKey: .kind)
      try container.encode(nanoseconds, forKey: .nanoseconds)
    case .leastLatency: try container.encode(Kind.leastLatency, forKey: .kind)
    }
  }
}
