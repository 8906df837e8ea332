import Records

/// Why two sides cannot be held against each other, in one sentence.
public struct GateRefusal: Error, Hashable, CustomStringConvertible, Sendable {
  /// The sentence, which says what to do.
  public let description: String

  /// Makes a refusal.
  public init(_ description: String) { self.description = description }

  /// Refuses unlike records, whose difference would be called the candidate's, and says what else differs.
  ///
  /// - Returns: a sentence for each difference that may be behind a change.
  static func check(base: Record, candidate: Record) throws(GateRefusal) -> [String] {
    // No metric: only what differs beside the figures is asked for.
    let comparison = RunComparison(base: base, candidate: candidate, isPaired: false, metrics: [])
    if let refusal = comparison.refusal {
      throw GateRefusal("\(refusal); measure both alike, or look at them with assay compare --force.")
    }
    guard !comparison.cells.isEmpty else {
      throw GateRefusal("Base and candidate have no cell in common; measure both with the same options.")
    }
    return comparison.differences.filter { $0.weight == .doubtful }.map {
      "Base and candidate differ in \($0.name) (\($0.base) against \($0.candidate)): \($0.why)"
    }
  }
}
