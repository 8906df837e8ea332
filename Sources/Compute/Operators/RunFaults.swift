import Synchronization

/// A value met while a model runs that makes its result meaningless.
public enum RunFault: Int, Error, Hashable, Sendable, CustomStringConvertible {
  /// An index lies outside the table that it selects from.
  case indexOutOfRange = 1
  /// An integer is divided by zero.
  case divisionByZero
  /// A run-time operand has a value that its operator does not allow, such as a negative extent.
  case invalidOperand

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .indexOutOfRange: "An index of the input or of the model lies outside the table that it selects from."
    case .divisionByZero: "The model divides an integer by zero."
    case .invalidOperand: "The model met an operand whose value its operator does not allow."
    }
  }
}

/// Keeps the first fault that running computations report.
///
/// Reporting neither allocates nor blocks, so that the measured path may do it.
public final class RunFaults: Sendable {
  private let first = Atomic<Int>(0)

  /// Makes an empty collection.
  public init() {}

  /// Reports a fault; only the first one is kept.
  public func report(_ fault: RunFault) {
    _ = first.compareExchange(expected: 0, desired: fault.rawValue, ordering: .relaxed)
  }

  /// Throws the first fault, and forgets it.
  public func check() throws(RunFault) {
    guard let fault = RunFault(rawValue: first.exchange(0, ordering: .relaxed)) else { return }
    throw fault
  }
}
