/// Values that no range can be chosen for.
public enum CalibrationError: Error, Hashable, CustomStringConvertible {
  /// There is no sample to find ranges over.
  case noSamples
  /// A tensor that a format with a scale is to hold took values that are NaN or infinite.
  ///
  /// - Parameters:
  ///   - sample: the calibration sample, from 0 on; nil for a constant of the model.
  ///   - notFinite: how many of its values are so.
  ///   - count: how many values it has.
  case notFinite(tensor: String, sample: Int?, notFinite: Int, count: Int)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .noSamples:
      return "Calibration with no samples finds no ranges; give it at least one."
    case .notFinite(let tensor, let sample, let notFinite, let count):
      let place = sample.map { "in calibration sample \($0)" } ?? "which is constant"
      let values = notFinite == 1 ? "1 of its \(count) values is" : "\(notFinite) of its \(count) values are"
      return "Tensor \(tensor) cannot be quantised: \(values) NaN or infinite (\(place)), which no scale covers; "
        + "formats without scales such as fp32 and bf16 can hold them."
    }
  }
}
