import Records

extension Fidelity {
  /// The fewest decisions from which a share of agreement is shown without a mark.
  ///
  /// If all of n decisions agree, the true share is at least 0.05^(1/n) at 95 % confidence: 90 % from 30 decisions on.
  public static let leastDecisions = 30

  /// Whether there are decisions enough behind `top1Agreement`; true where there is no such share.
  public var isTop1Trustworthy: Bool { top1Agreement == nil || decisions >= Self.leastDecisions }

  /// The largest error over the largest FP32 output; nil where that is 0 or not finite.
  public var relativeLargestError: Double? {
    let share = largestError / largestReference
    return share.isFinite ? share : nil
  }
}
