import ModelGraph
import NumericFormats
import Tensors

extension ModelGraph {
  /// The elements of operand `position` over which a node that multiplies sums: for convolutions a group's channels, because
  /// blocks that share scales run along them at each position of the image.
  public func summedAxis(of node: Node, _ position: Int) -> EmulatedFormat.Axis {
    let shape = self[node.inputs[position]].shape
    switch node.op {
    case .convolution(let convolution): return .init(dimension: 1, depth: shape[1] / max(convolution.groups, 1))
    case .attentionScores(let attention): return .init(dimension: 2, depth: shape[2] / max(attention.heads, 1))
    case .attentionContext where position == 1: return .init(dimension: 1, depth: shape[1])
    case .matMul(let matMul) where position == 1 && !matMul.transposesRight:
      return .init(dimension: shape.rank - 2, depth: shape[shape.rank - 2])
    default: return .init(dimension: shape.rank - 1, depth: shape[-1])
    }
  }
}

extension Shape {
  /// Weights (results, depth, window's extents): a line for each result and each position of the window.
  public var weightLines: DepthLines {
    guard rank > 1 else { return DepthLines(elements: count, depth: count) }
    return DepthLines(count: dims[0] * dims.dropFirst(2).reduce(1, *), depth: dims[1])
  }
}
