/// When waiting samples become a batch.
public struct BatchPolicy: Codable, Hashable, Sendable {
  /// Samples of a batch at most; at least 1.
  public var maxBatch: Int
  /// How long the oldest waiting sample waits for others at most while an instance is idle, nanoseconds.
  public var maxWait: Int64

  /// Makes a policy; what is out of range is brought into it.
  public init(maxBatch: Int, maxWait: Int64) {
    self.maxBatch = max(maxBatch, 1)
    self.maxWait = max(maxWait, 0)
  }

  /// What an idle instance does.
  enum Decision: Hashable {
    /// It computes the oldest so many samples now.
    case take(Int)
    /// It looks again at this instant, or when there is news.
    case wait(until: Int64)
    /// Nothing waits.
    case idle
  }

  /// What an idle instance does when `waiting` samples wait, the oldest since `oldest`, and it is `now`.
  ///
  /// - Parameter isDue: nobody will come after the oldest, or it must not wait for another reason.
  func decide(waiting: Int, oldest: Int64, isDue: Bool, now: Int64) -> Decision {
    guard waiting > 0 else { return .idle }
    if waiting >= maxBatch { return .take(maxBatch) }
    let (deadline, isBeyond) = oldest.addingReportingOverflow(maxWait)
    if isDue || (!isBeyond && now >= deadline) { return .take(waiting) }
    return .wait(until: isBeyond ? .max : deadline)
  }
}
