import ModelGraph
import Tensors

/// Independent matrix products of the same extents on strided views: attention's halves and general products.
struct BatchedProduct {
  /// Rows, columns and depth of each product.
  private(set) var m: Int
  let n: Int
  let k: Int
  /// Elements from one row to the next.
  let strideA: Int
  let strideB: Int
  let strideC: Int
  /// Whether the second operand is stored (n, k).
  let transposesB: Bool
  /// The factor applied to the sums.
  let scale: Float
  /// The first elements of both operands and of the result, by product.
  private(set) var offsets: [Offsets]

  struct Offsets: Hashable {
    let a: Int
    let b: Int
    let c: Int
  }

  /// The products of a node; nil for nodes that are no product of two activations.
  init?(_ node: Node, in graph: ModelGraph) {
    guard node.inputs.count == 2 else { return nil }
    let (a, b) = (graph[node.inputs[0]].shape, graph[node.inputs[1]].shape)
    switch node.op {
    case .attentionScores(let attention): self.init(scoresOf: attention, queries: a, keys: b)
    case .attentionContext(let attention): self.init(contextOf: attention, probabilities: a, values: b)
    case .matMul(let matMul): self.init(matMul, a, b, result: graph[node.output].shape)
    default: return nil
    }
  }

  /// q (s, f) times k (t, f) transposed for each sample and head, whose features lie side by side.
  private init(scoresOf attention: Attention, queries: Shape, keys: Shape) {
    let (samples, features, depth) = (queries[0], queries[2], queries[2] / attention.heads)
    (m, n, k) = (queries[1], keys[1], depth)
    (strideA, strideB, strideC) = (features, features, keys[1])
    (transposesB, scale) = (true, attention.scale)
    offsets = (0..<(samples * attention.heads)).map { product in
      let (sample, head) = product.quotientAndRemainder(dividingBy: attention.heads)
      return Offsets(
        a: sample * queries[1] * features + head * depth, b: sample * keys[1] * features + head * depth,
        c: product * queries[1] * keys[1])
    }
  }

  /// p (s, t) times v (t, f) for each sample and head.
  private init(contextOf attention: Attention, probabilities: Shape, values: Shape) {
    let (samples, features, depth) = (values[0], values[2], values[2] / attention.heads)
    let (queries, keys) = (probabilities[2], values[1])
    (m, n, k) = (queries, depth, keys)
    (strideA, strideB, strideC) = (keys, features, features)
    (transposesB, scale) = (false, attention.scale)
    offsets = (0..<(samples * attention.heads)).map { product in
      let (sample, head) = product.quotientAndRemainder(dividingBy: attention.heads)
      return Offsets(
        a: product * queries * keys, b: sample * keys * features + head * depth,
        c: sample * queries * features + head * depth)
    }
  }

  private init(_ matMul: MatMul, _ a: Shape, _ b: Shape, result: Shape) {
    (m, n, k) = (result[-2], result[-1], a[-1])
    (strideA, strideB, strideC) = (k, matMul.transposesRight ? k : n, n)
    (transposesB, scale) = (matMul.transposesRight, matMul.scale)
    let batch = Shape(Array(result.dims.dropLast(2)))
    let (offsetsA, offsetsB) = (Self.offsets(of: a, over: batch), Self.offsets(of: b, over: batch))
    let size = m * n
    offsets = zip(offsetsA, offsetsB).enumerated().map { Offsets(a: $1.0, b: $1.1, c: $0 * size) }
    // One second operand for all: the rows of the first follow one another and make one product.
    if offsets.count > 1, Set(offsetsB).count == 1, Set(offsetsA).count == offsets.count {
      m *= offsets.count
      offsets = [Offsets(a: 0, b: 0, c: 0)]
    }
  }

  /// Where the matrix for each position of `batch` starts in a dense tensor whose leading extents are broadcast to it.
  private static func offsets(of shape: Shape, over batch: Shape) -> [Int] {
    let leading = Shape(Array(shape.dims.dropLast(2)))
    let size = shape[-2] * shape[-1]
    return batch.offsets(strides: leading.broadcastStrides(to: batch)).map { $0 * size }
  }
}

extension Shape {
  /// Elements from one position to the next for each dimension of `other`, to which a dense array of this shape is
  /// broadcast; 0 along the dimensions that it lacks or repeats.
  func broadcastStrides(to other: Shape) -> [Int] {
    let own = strides
    return other.dims.indices.map { axis in
      let mine = axis - (other.rank - rank)
      return mine < 0 || dims[mine] == 1 ? 0 : own[mine]
    }
  }
  /// Where each position of this shape, in row-major order, lies in memory with such strides.
  func offsets(strides: [Int]) -> [Int] {
    (0..<count).map { position in
      var (rest, offset) = (position, 0)
      for axis in dims.indices.reversed() {
        let (quotient, index) = rest.quotientAndRemainder(dividingBy: dims[axis])
        offset += index * strides[axis]
        rest = quotient
      }
      return offset
    }
  }
}
