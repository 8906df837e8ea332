import Harness

extension ServingProgress {
  /// What happens, as one line.
  var text: String {
    switch self {
    case .parameters: "making the parameters"
    case .calibration(let sample, let count): "measuring INT8 ranges: sample \(sample) of \(count)"
    case .preparation(let instance, let batch): "instance \(instance + 1): preparing batches of \(batch)"
    case .sample(let sample, let count): "loading sample \(sample) of \(count)"
    }
  }
}
