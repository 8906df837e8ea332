/// In files every percentile has its name: `"percentiles": {"p50": 1130762, "p99.9": 11185386}`.
extension LatencySummary: Codable {
  private enum Key: String, CodingKey {
    case count, min, max, mean, percentiles, target, resolution
  }

  private struct Percentile: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ share: Double) {
      let percent = (share * 1000).rounded() / 10
      stringValue = "p" + (percent == percent.rounded() ? "\(Int(percent))" : "\(percent)")
    }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Decodes a summary; all percentiles have to be there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let percentiles = try container.nestedContainer(keyedBy: Percentile.self, forKey: .percentiles)
    self.init(
      count: try container.decode(Int.self, forKey: .count), min: try container.decode(Int64.self, forKey: .min),
      max: try container.decode(Int64.self, forKey: .max), mean: try container.decode(Double.self, forKey: .mean),
      values: try Self.percentiles.map { try percentiles.decode(Int64.self, forKey: Percentile($0)) },
      target: try container.decode(Int64.self, forKey: .target),
      resolution: try container.decode(Double.self, forKey: .resolution))
  }

  /// Encodes the summary.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(count, forKey: .count)
    try container.encode(min, forKey: .min)
    try container.encode(max, forKey: .max)
    try container.encode(mean, forKey: .mean)
    try container.encode(target, forKey: .target)
    try container.encode(resolution, forKey: .resolution)
    var percentiles = container.nestedContainer(keyedBy: Percentile.self, forKey: .percentiles)
    for (share, value) in zip(Self.percentiles, values) { try percentiles.encode(value, forKey: Percentile(share)) }
  }
}
