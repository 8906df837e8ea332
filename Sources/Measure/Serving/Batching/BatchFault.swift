/// Why a runner could not finish a batch of which it has answered some samples.
public struct BatchFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, without a full stop.
  public let reason: String
  /// How many of the batch's first samples have been answered.
  public let answered: Int

  /// Makes a fault.
  public init(reason: String, answered: Int) {
    self.reason = reason
    self.answered = answered
  }

  /// The reason.
  public var description: String { reason }
}
