import ModelGraph
import NumericFormats

/// What executes graphs: an ordered list of operator implementations, the most specific first, the reference last.
public protocol Engine: Sendable {
  /// The name on the command line.
  var name: String { get }
  /// One line for listings.
  var summary: String { get }
  /// The implementations in order of preference; the first that accepts a node runs it.
  var implementations: [any OperatorImplementation] { get }

  /// How the engine runs a precision.
  func execution(of precision: Precision) -> Execution
  /// What a precision means here.
  func contract(for precision: Precision) -> NumericsContract
}

/// One way to compute some operators.
public protocol OperatorImplementation: Sendable {
  /// A name such as `openblas:conv-1x1`, unique within an engine.
  var name: String { get }

  /// Whether it computes `node`, and why not.
  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance

  /// Decides everything about a node that it accepted.
  ///
  /// - Throws: ``AllocationError``, or ``UnpreparedNodeError`` where the node contradicts its operator.
  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step

  /// The name shown for a node; ``name`` unless the implementation serves many operators.
  func name(for node: Node) -> String
}

extension OperatorImplementation {
  /// The implementation's name.
  public func name(for node: Node) -> String { name }
}

/// An implementation's answer about a node.
public enum Acceptance: Hashable, Sendable {
  /// It computes the node.
  case yes
  /// It does not; the reason is a short phrase.
  case no(String)
}

/// The engines of this build.
public enum EngineRegistry {
  /// Every engine, the default first.
  public static let all: [any Engine] = [OpenBLASEngine(), ReferenceEngine()]

  /// Every engine's name.
  public static var names: [String] { all.map(\.name) }

  /// The engine of that name, or nil.
  public static func engine(named name: String) -> (any Engine)? { all.first { $0.name == name } }
}
