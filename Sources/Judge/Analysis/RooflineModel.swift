import NumericFormats
import Records

/// What the ceilings of a machine mean for a computation: pure arithmetic on a measured roofline at one thread count.
///
/// The attainable rate at intensity I (operations per byte moved) under a peak P (operations per second) and a bandwidth
/// B (bytes per second) is min(P, I x B); at the ridge I = P / B both bind. Source: Williams, Waterman and Patterson 2009.
public struct RooflineModel: Codable, Hashable, Sendable {
  /// Threads.
  public let threads: Int
  /// The highest arithmetic ceiling of each precision that has instructions of its own here; fastest first.
  public let roofs: [Roof]
  /// The highest bandwidth of each level, innermost first.
  public let diagonals: [Diagonal]
  /// Where roofs and diagonals meet: every pair.
  public let ridges: [Ridge]

  /// A horizontal line.
  public struct Roof: Codable, Hashable, Sendable {
    /// The operands.
    public let precision: Precision
    /// The instruction-set level.
    public let isa: String
    /// What the loop issues.
    public let instructions: String
    /// Operations per second.
    public let rate: Double
    /// Whether no other level is faster in this precision.
    public let isHighest: Bool
  }

  /// A slanted line.
  public struct Diagonal: Codable, Hashable, Sendable {
    /// `L1`, `L2`, `L3`, `memory`.
    public let level: String
    /// The pattern that reached it.
    public let pattern: Roofline.Pattern
    /// Whether its stores went around the caches.
    public let isNonTemporal: Bool
    /// Bytes per second.
    public let rate: Double
  }

  /// Where a roof and a diagonal meet.
  public struct Ridge: Codable, Hashable, Sendable {
    /// The roof's operands.
    public let precision: Precision
    /// The diagonal's level.
    public let level: String
    /// Operations per byte: below it bandwidth binds, above it arithmetic.
    public let intensity: Double
  }

  /// The model at `threads`; nil where nothing was measured there.
  public init?(_ roofline: Roofline, threads: Int) {
    let peaks = roofline.peaks.filter { $0.threads == threads }
    let bandwidths = roofline.bandwidths.filter { $0.threads == threads }
    guard !peaks.isEmpty, !bandwidths.isEmpty else { return nil }
    let fastest = Dictionary(grouping: peaks, by: \.precision).compactMapValues { $0.map(\.rate.best).max() }
    let roofs = peaks.map { peak in
      Roof(
        precision: peak.precision, isa: peak.isa, instructions: peak.instructions, rate: peak.rate.best,
        isHighest: peak.rate.best == fastest[peak.precision])
    }.sorted { $0.rate > $1.rate }
    let levels = bandwidths.map(\.level).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let diagonals = levels.compactMap { level -> Diagonal? in
      bandwidths.filter { $0.level == level }.max { $0.rate.best < $1.rate.best }.map {
        Diagonal(level: level, pattern: $0.pattern, isNonTemporal: $0.isNonTemporal, rate: $0.rate.best)
      }
    }
    self.threads = threads
    self.roofs = roofs
    self.diagonals = diagonals
    self.ridges = roofs.filter(\.isHighest).flatMap { roof in
      diagonals.map {
        Ridge(precision: roof.precision, level: $0.level, intensity: roof.rate / $0.rate)
      }
    }
  }

  /// One model for each thread count, ascending.
  public static func all(_ roofline: Roofline) -> [RooflineModel] {
    Set(roofline.placements.map(\.threads)).sorted().compactMap { RooflineModel(roofline, threads: $0) }
  }

  /// The highest roof for operands of `precision`. BF16 without instructions of its own computes in FP32.
  public func roof(_ precision: Precision) -> Roof? {
    let own = roofs.first { $0.precision == precision && $0.isHighest }
    return precision == .bf16 ? own ?? roof(.fp32) : own
  }

  /// The bandwidth of a level; nil where it was not measured.
  public func diagonal(_ level: String) -> Diagonal? { diagonals.first { $0.level == level } }

  /// The rate that is attainable at `intensity`, in operations per second: min(peak, intensity x bandwidth).
  ///
  /// - Parameters:
  ///   - intensity: Operations per byte; infinite where nothing is moved.
  ///   - peak: Operations per second.
  ///   - bandwidth: Bytes per second.
  public static func attainable(intensity: Double, peak: Double, bandwidth: Double) -> Double {
    min(peak, intensity * bandwidth)
  }
}
