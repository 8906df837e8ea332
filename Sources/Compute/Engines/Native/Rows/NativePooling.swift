import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Maximum and global average pooling of channels-last images.
struct NativePooling: OperatorImplementation {
  let name = "native:pooling"
  let operations: Set<Kernel.Operation> = [.maxPool, .globalAverage]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    switch node.op {
    case .maxPool:
      guard model.format(of: node.inputs[0]) == model.format(of: node.output) else {
        return .no("source and result differ in format")
      }
      return WindowExtents(pooling: node, in: model.graph)?.refusal.map { .no($0) } ?? .yes
    case .globalAveragePool:
      let shape = model.graph[node.inputs[0]].shape
      return shape[2].multipliedSaturated(by: shape[3]) <= Self.mostPositions
        ? .yes : .no("a plane has too many positions for exact sums")
    default: return .no("not a pooling")
    }
  }

  /// Positions whose sum of 8-bit integers FP32 holds exactly (`ckernels_row_table.global_average`).
  private static let mostPositions = 1 << 23

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.channelsLast, operands: 1, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    if case .maxPool = node.op { return .rows(.maxPool, "line by line", model.target) }
    return .rows(.globalAverage, "channel by channel", model.target)
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    let (source, destination) = (preparation.address(node.inputs[0]), preparation.address(node.output))
    let (from, to) = (preparation.kernelFormat(node.inputs[0]), preparation.kernelFormat(node.output))
    if let extents = WindowExtents(pooling: node, in: preparation.model.graph) {
      let (geometry, kernel) = (extents.geometry, preparation.rows(.maxPool).max_pool!)
      let lines = extents.images * extents.outPlane.height
      return Step { worker in
        let share = worker.share(of: lines)
        withUnsafePointer(to: geometry) { kernel($0, from, source, destination, share.lowerBound, share.upperBound) }
      }
    }
    let shape = preparation.shape(node.inputs[0])
    let (images, channels, positions) = (shape[0], shape[1], shape.dims.dropFirst(2).reduce(1, *))
    let kernel = preparation.rows(.globalAverage).global_average!
    return Step { worker in
      let share = worker.share(of: images * channels)
      kernel(from, to, source, positions, channels, destination, share.lowerBound, share.upperBound)
    }
  }
}
