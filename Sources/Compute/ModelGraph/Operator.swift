/// What a node computes. Each case documents its inputs, its parameters and its result.
///
/// Letters: n batch, c channels, h and w height and width, s sequence length, f features.
public enum Operator: Hashable, Codable, Sendable {
  /// 2-D convolution, optionally followed by a residual add and an activation, in that order.
  ///
  /// Inputs: src (n, ci, h, w) [, residual (n, co, ho, wo)]. Parameters: weights (co, ci, kh, kw), bias (co).
  case convolution(Convolution)
  /// 2-D maximum pooling of (n, c, h, w); padding never wins.
  case maxPool(Pooling)
  /// Mean over height and width: (n, c, h, w) to (n, c).
  case globalAveragePool
  /// Inner product over the last dimension, then an optional activation: (..., k) to (..., f).
  ///
  /// Inputs: src. Parameters: weights (f, k), bias (f).
  case linear(Linear)
  /// Sum of word, position and type embeddings.
  ///
  /// Inputs: token ids (n, s) int32, type ids (n, s) int32. Parameters: word (v, f), position (p, f), type (t, f).
  /// Result (n, s, f).
  case embedding
  /// Layer normalisation over the last dimension of src [+ residual].
  ///
  /// Inputs: src (..., f) [, residual of the same shape]. Parameters: gamma (f), beta (f).
  case layerNorm(LayerNorm)
  /// Scaled attention scores: q (n, s, f), k (n, s, f) to (n, heads, s, s).
  case attentionScores(Attention)
  /// Softmax over the last dimension of scores (n, heads, s, s); key positions whose mask (n, s) int32 is 0 get weight 0.
  case maskedSoftmax
  /// Attention-weighted sum: probabilities (n, heads, s, s), v (n, s, f) to (n, s, f).
  case attentionContext(Attention)
  /// Mean over the positions whose mask is not 0: src (n, s, f), mask (n, s) int32 to (n, f).
  case meanPool
  /// Division of each row of (n, f) by its Euclidean norm.
  case l2Normalize
  /// Matrix products of the last two dimensions, the others broadcast as NumPy does: a (..., m, k), b (..., k, n) to
  /// (..., m, n); b is (..., n, k) where `transposesRight`.
  ///
  /// Inputs: a, b, both of rank 2 or more, FP32.
  case matMul(MatMul)
  /// Softmax over the last dimension of src [+ addend, broadcast to src's shape as NumPy does].
  ///
  /// Inputs: src (..., f) [, addend].
  case softmax
  /// An operator of the ONNX standard, run by the library of general operators.
  ///
  /// Inputs and outputs: as the standard documents, absent ones left out (``GeneralOperator/slots``).
  case general(GeneralOperator)
  /// A part of the graph whose extents are known only while the model runs, interpreted node by node.
  ///
  /// Inputs and outputs: as the nested graph's. Its nodes are general operators; its tensors are dynamic.
  case dynamic(ModelGraph)
  /// The same values in another number format (oneDNN: reorder). Inserted when a graph is lowered to a precision.
  case convert

  /// The operator's name as tables and implementations show it.
  public var name: String {
    switch self {
    case .convolution: "convolution"
    case .maxPool: "maxPool"
    case .globalAveragePool: "globalAveragePool"
    case .linear: "linear"
    case .embedding: "embedding"
    case .layerNorm: "layerNorm"
    case .attentionScores: "attentionScores"
    case .maskedSoftmax: "maskedSoftmax"
    case .attentionContext: "attentionContext"
    case .meanPool: "meanPool"
    case .l2Normalize: "l2Normalize"
    case .convert: "convert"
    case .matMul: "matMul"
    case .softmax: "softmax"
    case .general(let general): general.name
    case .dynamic: "dynamic"
    }
  }

  /// Whether the operator multiplies and accumulates, so that a reduced precision applies to its operands.
  public var isMultiplyAccumulate: Bool {
    switch self {
    case .convolution, .linear, .attentionScores, .attentionContext, .matMul: true
    default: false
    }
  }
}

/// The attributes of an inner product.
public struct Linear: Hashable, Codable, Sendable {
  /// What follows the sum.
  public let activation: Activation

  /// Makes the attributes of an inner product.
  public init(activation: Activation) { self.activation = activation }
}

/// The attributes of a layer normalisation.
public struct LayerNorm: Hashable, Codable, Sendable {
  /// Added to the variance before the square root.
  public let epsilon: Float

  /// Makes the attributes of a layer normalisation.
  public init(epsilon: Float) { self.epsilon = epsilon }
}

/// The attributes of one half of multi-head attention; each head owns f / heads consecutive features.
public struct Attention: Hashable, Codable, Sendable {
  /// The number of heads.
  public let heads: Int
  /// The factor applied to the scores: 1 / sqrt(f / heads). 1 in `attentionContext`.
  public let scale: Float

  /// Makes the attributes of one half of multi-head attention.
  public init(heads: Int, scale: Float) {
    self.heads = heads
    self.scale = scale
  }
}
