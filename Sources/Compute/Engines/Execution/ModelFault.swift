import Operators

/// A run met values that make its result meaningless.
public struct ModelFault: Error, Hashable, CustomStringConvertible {
  /// The node that met them.
  public let node: String
  /// A sentence about what was wrong.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "Node \(node): \(reason)" }
}

/// What one step reports while it runs.
final class StepFaults {
  private let node: String
  /// Where computations on any thread report.
  let values = RunFaults()
  /// What stopped an interpreted step, which runs on thread 0 alone.
  var failure: ModelFault?

  init(node: String) { self.node = node }

  /// Throws what was reported since the last check.
  func check() throws(ModelFault) {
    if let failure {
      self.failure = nil
      throw failure
    }
    do {
      try values.check()
    } catch {
      throw ModelFault(node: node, reason: error.description)
    }
  }
}

/// A node whose operator cannot be prepared: the graph contradicts the operator, or the operator needs what it lacks.
public struct UnpreparedNodeError: Error, Hashable, CustomStringConvertible {
  /// The node's name.
  public let node: String
  /// The operator's name.
  public let op: String
  /// What was wrong, as a phrase.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "Node \(node) (\(op)) cannot run: \(reason)." }
}
