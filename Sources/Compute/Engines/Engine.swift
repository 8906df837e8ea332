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

  /// How the engine runs a precision with these instruction sets.
  func execution(of precision: Precision, on features: CPUFeatures) -> Execution
  /// What a precision means here with these instruction sets.
  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract

  /// Whether it keeps contracts bit by bit rather than running them fast.
  var isEmulator: Bool { get }
}

extension Engine {
  /// It does not.
  public var isEmulator: Bool { false }

  /// The greatest magnitude of 8-bit weights, and of the s8 operand of a product of activations, by its contract for
  /// INT8; all of s8 where that has none.
  public func integerLimit(on features: CPUFeatures) -> Int { contract(for: .int8, on: features).integerLimit ?? 127 }
}

/// One way to compute some operators.
public protocol OperatorImplementation: Sendable {
  /// A name such as `openblas:conv-1x1`, unique within an engine.
  var name: String { get }

  /// What its steps run of ``KernelTable``; empty for implementations on other functions.
  var operations: Set<Kernel.Operation> { get }

  /// Whether it computes `node`, and why not.
  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance

  /// Decides everything about a node that it accepted.
  ///
  /// - Throws: ``AllocationError``, or ``UnpreparedNodeError`` where the node contradicts its operator.
  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step

  /// The name shown for a node; ``name`` unless the implementation serves many operators.
  func name(for node: Node) -> String

  // MARK: How values are held

  /// How it reads and writes a node that it accepted, followers included; not asked about `convert`
  /// nodes with a step of their own.
  ///
  /// A pure function of node, shapes and formats: the model's storages are decided by the answers.
  func storages(for node: Node, in model: LoweredModel) -> NodeStorages

  // MARK: Steps of several nodes

  /// How many of the nodes directly behind node `index`, which it accepted, the same step computes too.
  ///
  /// What they hand each other and nobody else reads (``LoweredModel/innerTensors(of:)``) gets no memory; everything else
  /// that they write must be written. Where one of those is wanted after a run, nothing is computed together.
  func followers(of index: Int, in model: LoweredModel) -> Int

  /// Whether it computes a node without the followers that it asked for.
  var runsAlone: Bool { get }

  /// Decides everything about a node and the nodes behind it that the same step computes.
  func prepare(_ node: Node, followers: ArraySlice<Node>, _ preparation: Preparation) throws -> Step

  /// What the step will run, beyond the implementation's name; nil where there is nothing to say.
  ///
  /// A pure function: asked without weights and memory.
  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription?
}

extension OperatorImplementation {
  /// Nothing.
  public var operations: Set<Kernel.Operation> { [] }

  /// The implementation's name.
  public func name(for node: Node) -> String { name }

  /// Everything as floats.
  public func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.floats, operands: node.inputs.count, results: node.outputs.count)
  }

  /// None.
  public func followers(of index: Int, in model: LoweredModel) -> Int { 0 }

  /// It does.
  public var runsAlone: Bool { true }

  /// The same as for the node alone: for implementations that ask for no followers.
  public func prepare(_ node: Node, followers: ArraySlice<Node>, _ preparation: Preparation) throws -> Step {
    precondition(followers.isEmpty, "an implementation that asks for followers prepares them")
    return try prepare(node, preparation)
  }

  /// Nothing.
  public func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    nil
  }
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
  /// Every engine, in the order of listings.
  public static let all: [any Engine] = [defaultEngine, OpenBLASEngine(), ReferenceEngine()]

  /// What runs where nobody says which: every command, suite and script that leaves the engine open takes this one.
  public static let defaultEngine: any Engine = NativeEngine()

  /// Every engine's name.
  public static var names: [String] { all.map(\.name) }

  /// The engine of that name, or nil. The emulator has a name too, though no listing: `assay precision` runs it.
  public static func engine(named name: String) -> (any Engine)? {
    (all + [EmulatorEngine()]).first { $0.name == name }
  }
}
