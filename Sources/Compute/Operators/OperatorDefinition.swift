import ModelGraph
import Tensors

/// What the library knows of one operator of the ONNX standard: how types follow from inputs, and how to compute.
///
/// A definition serves three readers: the importer (shape inference), constant folding, and the engines.
public protocol OperatorDefinition: Sendable {
  /// The standard's names that this definition serves, for example `["Add", "Sub"]`.
  var names: [String] { get }

  /// The types of all outputs that the call asks for.
  ///
  /// - Throws: ``OperatorError``; ``OperatorError/needsValue(of:)`` where a type depends on an input's values, which the call
  ///   does not hold.
  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType]

  /// Decides everything about a call, so that the computation neither allocates nor fails.
  ///
  /// - Parameters:
  ///   - call: every input has its memory, though not yet its values (but those that `outputTypes` needed).
  ///   - outputs: the memory of each output, dense and row-major, of the types that `outputTypes` gave.
  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation

  /// Both of the above in turn. Definitions whose types are most of the work do it once here.
  func plan(_ call: OperatorCall) throws(OperatorError) -> OperatorPlan
}

extension OperatorDefinition {
  /// The types, and the preparation to follow.
  public func plan(_ call: OperatorCall) throws(OperatorError) -> OperatorPlan {
    OperatorPlan(types: try outputTypes(call)) { (outputs) throws(OperatorError) in
      try prepare(call, outputs: outputs)
    }
  }
}

/// A call whose types are known, and whose outputs have no memory yet.
public struct OperatorPlan {
  /// The types of all outputs.
  public let types: [TensorType]
  /// ``OperatorDefinition/prepare(_:outputs:)`` of the call.
  public let prepare: ([UnsafeMutableRawPointer]) throws(OperatorError) -> Computation

  /// Makes a plan.
  public init(
    types: [TensorType], prepare: @escaping ([UnsafeMutableRawPointer]) throws(OperatorError) -> Computation
  ) {
    self.types = types
    self.prepare = prepare
  }
}

/// One use of an operator: attributes and operands.
public struct OperatorCall {
  /// The node's name, for errors.
  public let node: String
  /// The operator's ONNX name, operator-set version and attributes.
  public let op: GeneralOperator
  /// The operands by the standard's positions; nil where one was left out.
  public let inputs: [Operand?]
  /// The number of outputs that are asked for, counted from the first.
  public let outputCount: Int
  /// What the computation may use.
  public let resources: Resources

  /// Makes a call of operands in the order of the node's inputs.
  public init(node: String, op: GeneralOperator, operands: [Operand], outputCount: Int, resources: Resources) {
    self.node = node
    self.op = op
    self.outputCount = outputCount
    self.resources = resources
    var inputs = [Operand?](repeating: nil, count: (op.slots.max() ?? -1) + 1)
    for (slot, operand) in zip(op.slots, operands) { inputs[slot] = operand }
    self.inputs = inputs
  }
}

/// One operand of a call.
public struct Operand {
  /// Element type and extents.
  public let type: TensorType
  /// Where the elements are or will be, dense and row-major; nil while only types are inferred.
  public let address: UnsafeRawPointer?
  /// Whether the elements are there already: constants, bound inputs, and everything while a graph is interpreted.
  public let hasValue: Bool

  /// Makes an operand.
  public init(type: TensorType, address: UnsafeRawPointer?, hasValue: Bool) {
    self.type = type
    self.address = address
    self.hasValue = hasValue && address != nil
  }

  /// An operand that holds a tensor's values; the caller keeps the tensor alive.
  public init(_ tensor: Tensor) { self.init(type: tensor.type, address: tensor.bytes.baseAddress, hasValue: true) }
}

/// A prepared call: a function that computes one thread's share.
public struct Computation {
  /// Whether threads divide the work; otherwise only thread 0 is called.
  public let isDivisible: Bool
  /// Bytes that the computation holds for itself.
  public let heldBytes: Int
  /// Computes one share. Must not allocate. Shares may run at the same time.
  public let run: (WorkShare) -> Void

  /// Makes a computation.
  public init(isDivisible: Bool, heldBytes: Int = 0, run: @escaping (WorkShare) -> Void) {
    self.isDivisible = isDivisible
    self.heldBytes = heldBytes
    self.run = run
  }
}

/// One thread's part of a computation.
public struct WorkShare {
  /// This part, 0 ..< `count`.
  public let index: Int
  /// The number of parts.
  public let count: Int

  /// Makes a share; the whole work by default.
  public init(index: Int = 0, count: Int = 1) {
    self.index = index
    self.count = count
  }

  /// The contiguous range of `items` that belongs to this part.
  public func range(of items: Int) -> Range<Int> {
    let (base, extra) = items.quotientAndRemainder(dividingBy: count)
    let start = index * base + min(index, extra)
    return start..<(start + base + (index < extra ? 1 : 0))
  }
}

/// What computations may use beyond their operands.
public struct Resources: Sendable {
  /// A single-threaded row-major FP32 matrix product, CBLAS's `sgemm` without alpha: c (m, n) = a (m, k) times b (k, n)
  /// [+ c]. It takes extents of 0 and those that a library's 32-bit integers cannot hold, too.
  public typealias MatrixMultiply =
    @Sendable (
      _ a: UnsafePointer<Float>, _ strideA: Int, _ transposesA: Bool, _ b: UnsafePointer<Float>, _ strideB: Int,
      _ transposesB: Bool, _ c: UnsafeMutablePointer<Float>, _ strideC: Int, _ m: Int, _ n: Int, _ k: Int,
      _ accumulates: Bool
    ) -> Void

  /// The number of shares into which the work will be divided, for scratch memory per share.
  public var shareCount: Int
  /// The instruction-set level of Assay's own kernels (`ckernels_isa`); 0 is plain C.
  public var isa: UInt32
  /// The matrix product of the engine; nil for plain loops with FP64 sums.
  public var multiply: MatrixMultiply?
  /// Where a running computation reports values that make its result meaningless, such as an index out of range.
  public var faults: RunFaults

  /// Makes resources: by default one share, plain C, plain loops.
  public init(
    shareCount: Int = 1, isa: UInt32 = 0, multiply: MatrixMultiply? = nil, faults: RunFaults = RunFaults()
  ) {
    self.shareCount = shareCount
    self.isa = isa
    self.multiply = multiply
    self.faults = faults
  }
}
