import Records

/// Looks at a model's outputs: a figure for a run that computed nonsense would be worse than none.
enum OutputCheck {
  /// Refuses NaN and infinities.
  static func requireFinite(_ outputs: [Float]) throws(WorkerError) {
    guard outputs.allSatisfy(\.isFinite) else { throw notFinite }
  }

  /// A few numbers of the first sample's outputs.
  static func digest(_ outputs: [Float], batch: Int) throws(WorkerError) -> Round.OutputDigest {
    try requireFinite(outputs)
    let first = outputs.prefix(outputs.count / max(1, batch))
    guard !first.isEmpty else { throw WorkerError(reason: "The model's outputs have no elements") }
    var (sum, power, largest) = (0.0, 0.0, 0)
    for (index, value) in first.enumerated() {
      sum += Double(value)
      power += Double(value) * Double(value)
      if value > first[largest] { largest = index }
    }
    return Round.OutputDigest(
      count: first.count, mean: sum / Double(first.count), norm: power.squareRoot(), argmax: largest)
  }

  private static var notFinite: WorkerError {
    WorkerError(reason: "The model's outputs hold NaN or infinity, so its speed would mean nothing")
  }
}
