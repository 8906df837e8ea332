import Analysis

extension Verdict {
  /// The exit code of `assay gate`.
  ///
  /// - Parameter passesInconclusive: whether what cannot be told passes.
  func exitCode(passesInconclusive: Bool) -> Int32 {
    switch self {
    case .pass: 0
    case .regression: 1
    case .inconclusive: passesInconclusive ? 0 : 2
    case .unfit: 3
    }
  }
}
