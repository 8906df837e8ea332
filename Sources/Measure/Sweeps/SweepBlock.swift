/// What is to be done next: visits in random order with canaries between them.
public struct SweepBlock: Codable, Hashable, Sendable {
  /// Which part of the sweep it belongs to.
  public let phase: Phase
  /// From 0: how often the cells were thinned out before.
  public let rung: Int
  /// From 0: the how-manieth time the same cells are visited within the rung.
  public let pass: Int
  /// What to do, in order.
  public let steps: [Step]

  /// A part of a sweep.
  public enum Phase: String, Codable, Hashable, Sendable {
    /// Halving: the better part of the cells goes on.
    case halving
    /// All cells, none is dropped.
    case grid
    /// The best few, in fresh processes.
    case finals
  }

  /// One thing to do.
  public enum Step: Codable, Hashable, Sendable {
    /// Run the canary kernels.
    case canary
    /// Measure a cell.
    case visit(SweepVisit)
  }

  /// The visits among the steps.
  public var visits: [SweepVisit] {
    steps.compactMap { step in
      guard case .visit(let visit) = step else { return nil }
      return visit
    }
  }
}
