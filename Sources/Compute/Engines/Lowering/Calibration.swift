import NumericFormats

/// The value range of each activation that 8 bits are to cover, found over calibration samples.
public struct Calibration: Codable, Hashable, Sendable {
  /// Ranges by tensor name; tensors that never held a finite value are absent.
  public let ranges: [String: ValueRange]
  /// Ranges from minus to plus the same magnitude, for tensors that are read as s8, where they differ from ``ranges``.
  public let symmetricRanges: [String: ValueRange]
  /// The number of samples seen.
  public let samples: Int

  /// Makes a calibration from known ranges.
  public init(ranges: [String: ValueRange], symmetricRanges: [String: ValueRange] = [:], samples: Int) {
    self.ranges = ranges
    self.symmetricRanges = symmetricRanges
    self.samples = samples
  }
}
