import Analysis
import Records

/// What the mark beside a share of few decisions means, the same in every report.
enum FewDecisionsNote {
  /// The mark.
  static let mark = "?"

  /// What it means.
  ///
  /// - Parameter count: how many decisions there are, or what the column with their number is called.
  static func text(count: String = "n") -> String {
    "fewer than \(Fidelity.leastDecisions) decisions (\(count)): even if all of them agree, the true share may well be "
      + "below 90 %. Compare more samples before relying on it."
  }
}
