import NumericFormats

/// The value range of each activation, seen over calibration samples (min-max calibration).
public struct Calibration: Codable, Hashable, Sendable {
  /// Ranges by tensor name; tensors that never held a finite value are absent.
  public let ranges: [String: ValueRange]
  /// The number of samples seen.
  public let samples: Int

  /// Makes a calibration from known ranges.
  public init(ranges: [String: ValueRange], samples: Int) {
    self.ranges = ranges
    self.samples = samples
  }
}
