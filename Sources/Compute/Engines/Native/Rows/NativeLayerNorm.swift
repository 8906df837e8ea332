import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Layer normalisation, with the residual before it and the conversion of its result behind it.
struct NativeLayerNorm: OperatorImplementation {
  let name = "native:layer-norm"
  let operations: Set<Kernel.Operation> = [.layerNorm]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard case .layerNorm = node.op else { return .no("not a layer normalisation") }
    return .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.native, operands: node.inputs.count, results: 1)
  }

  func followers(of index: Int, in model: LoweredModel) -> Int {
    let nodes = model.graph.nodes
    guard index + 1 < nodes.count else { return 0 }
    let next = nodes[index + 1]
    guard next.op == .convert, next.inputs == nodes[index].outputs else { return 0 }
    // Emulated formats are written by conversions of their own.
    if case .emulated = model.format(of: next.output) { return 0 }
    return 1
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    .rows(.layerNorm, followers.isEmpty ? "two passes" : "two passes, with conversion", model.target)
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    prepare(node, followers: [], preparation)
  }

  func prepare(_ node: Node, followers: ArraySlice<Node>, _ preparation: Preparation) -> Step {
    guard case .layerNorm(let norm) = node.op else { preconditionFailure("declined by accepts") }
    let shape = preparation.shape(node.output)
    let columns = shape[-1]
    let rows = columns > 0 ? shape.count / columns : 0
    let residual = node.inputs.count > 1 ? node.inputs[1] : nil
    let second = followers.first?.output
    let layerNorm = ckernels_layer_norm(
      src_format: preparation.kernelFormat(node.inputs[0]),
      residual_format: preparation.kernelFormat(residual ?? node.inputs[0]),
      dst_format: preparation.kernelFormat(node.output),
      second_format: preparation.kernelFormat(second ?? node.output),
      gamma: preparation.values(node.parameters[0]), beta: preparation.values(node.parameters[1]),
      epsilon: norm.epsilon, columns: columns)
    let kernel = preparation.rows(.layerNorm).layer_norm!
    let source = preparation.rowsOf(node.inputs[0], columns)
    let destination = preparation.rowsOf(node.output, columns)
    let addend = residual.map { preparation.rowsOf($0, columns) }
    let copy = second.map { preparation.rowsOf($0, columns) }
    return Step { worker in
      let share = worker.share(of: rows)
      let row = share.lowerBound
      withUnsafePointer(to: layerNorm) {
        kernel($0, source[row], addend?[row], destination[row], copy?[row], share.count)
      }
    }
  }
}

/// The rows of an activation in native storage.
struct NativeRows {
  let base: UnsafeMutableRawPointer
  /// Bytes from one row to the next.
  let pitch: Int

  subscript(_ row: Int) -> UnsafeMutableRawPointer { base + row * pitch }
}

extension StepDescription {
  /// A step of row-wise kernels; nil where the table has none.
  static func rows(_ operation: Kernel.Operation, _ algorithm: String, _ target: Target) -> StepDescription? {
    guard case .success(let kernel) = KernelTable.current.select(operation, .any, on: target.features) else {
      return nil
    }
    return StepDescription(kernel: kernel.name, algorithm: algorithm)
  }
}

extension Preparation {
  /// The row-wise kernels on native storage of the level that the table chooses for an operation.
  func rows(_ operation: Kernel.Operation) -> ckernels_row_table {
    guard case .success(let kernel) = KernelTable.current.select(operation, .any, on: features) else {
      preconditionFailure("the kernel table lacks \(operation)")
    }
    return ckernels_rows(kernel.features.operatorTable).pointee
  }

  /// The rows of `columns` elements of an activation in native storage.
  func rowsOf(_ id: TensorID, _ columns: Int) -> NativeRows {
    NativeRows(base: address(id), pitch: columns * model.format(of: id).byteCount)
  }
}
