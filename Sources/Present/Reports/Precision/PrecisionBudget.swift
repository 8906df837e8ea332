import Analysis

/// Which contract keeps an error budget, in one sentence.
public enum PrecisionBudget {
  /// The smallest contract with an error of at most `limit`, or the best that can be had.
  public static func sentence(_ comparison: ContractComparison, limit: Double) -> String {
    let budget = "error at most \(ContractSection.share(limit))"
    if let entry = comparison.smallest(errorAtMost: limit) {
      return "\(comparison.workload): the smallest format with \(budget) is \(entry.contract): \(figures(entry))."
    }
    guard let best = comparison.mostExact else {
      return "\(comparison.workload): no contract has a result, so none has an \(budget)."
    }
    return "\(comparison.workload): no contract here has an \(budget); the least is \(figures(best)), of "
      + "\(best.contract). Allow more, name other contracts (assay list), or stay with FP32."
  }

  private static func figures(_ entry: ContractComparison.Entry) -> String {
    var parts: [String] = []
    if let error = entry.relativeError { parts.append("error \(ContractSection.share(error))") }
    if let share = entry.byteShare { parts.append("\(Figure.fixed(share, 2)) of FP32's bytes") }
    return parts.joined(separator: ", ")
  }
}
