/// An operator that the library cannot compute as asked.
public enum OperatorError: Error, Hashable, CustomStringConvertible {
  /// The type of an output depends on the values of the input at this position, which are not known.
  case needsValue(of: Int)
  /// The library does not have the operator, or not with this element type or attribute: a short phrase.
  case unsupported(String)
  /// The model is wrong: inputs or attributes contradict the standard. A short phrase.
  case invalid(String)

  /// A phrase that follows the node's name.
  public var description: String {
    switch self {
    case .needsValue(let position): "the result's extents depend on the values of input \(position)"
    case .unsupported(let reason), .invalid(let reason): reason
    }
  }
}
