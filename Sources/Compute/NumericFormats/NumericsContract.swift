/// A named promise about how a precision computes: how operands are stored and rounded, in which order products are
/// added,
/// what saturates.
///
/// "BF16" and "INT8" mean different bits on different machines; the contract says which one was used. Each contract is
/// one
/// file in `Contracts/` and a page in `docs/contracts/`.
public struct NumericsContract: Codable, Hashable, Sendable {
  /// The name under which records and tables show it, for example `bf16-rne-sgemm`.
  public let name: String
  /// The precision that it specifies.
  public let precision: Precision
  /// The first operand of a product: activations.
  public let left: OperandFormat
  /// The second operand: weights, or the second of two activations.
  public let right: OperandFormat
  /// Which activations are stored in the operands' format.
  public let storage: ActivationStorage
  /// How products are added.
  public let accumulation: Accumulation
  /// The machine instruction that the contract describes; nil for those of software.
  public let instruction: Instruction?
  /// What it is, in one sentence.
  public let summary: String
  /// Where its facts are from.
  public let source: String

  /// Makes a contract.
  public init(
    _ name: String, _ precision: Precision, left: OperandFormat, right: OperandFormat, storage: ActivationStorage,
    accumulation: Accumulation, instruction: Instruction? = nil, summary: String, source: String
  ) {
    self.name = name
    self.precision = precision
    self.left = left
    self.right = right
    self.storage = storage
    self.accumulation = accumulation
    self.instruction = instruction
    self.summary = summary
    self.source = source
  }

  /// Which activations are stored in the operands' format.
  public enum ActivationStorage: String, Hashable, Codable, Sendable {
    /// All of them but the graph's outputs: every node rounds its result.
    case everywhere
    /// What products read (and pools, of integers); the others stay FP32.
    case operands
  }

  /// A machine instruction and what a CPU must have to run it.
  public struct Instruction: Hashable, Codable, Sendable {
    /// The mnemonic, for example `VDPBF16PS`.
    public let name: String
    /// The instruction-set extension, for example `AVX512_BF16`.
    public let feature: String

    /// Makes an instruction.
    public init(_ name: String, _ feature: String) {
      self.name = name
      self.feature = feature
    }
  }

  /// Whether nothing is rounded but sums: the operands are FP32.
  public var isFP32: Bool { left == .fp32 && right == .fp32 }
}
