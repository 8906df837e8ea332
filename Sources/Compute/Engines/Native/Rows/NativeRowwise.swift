import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// What works on independent rows or tokens and has no implementation of its own, on native storage.
struct NativeRowwise: OperatorImplementation {
  let name = "native:row-wise"
  let operations: Set<Kernel.Operation> = [.embedding, .softmax, .meanPool, .l2Normalize]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    switch node.op {
    case .embedding, .maskedSoftmax, .softmax, .meanPool, .l2Normalize: .yes
    default: .no("not row-wise")
    }
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    // The addend of a softmax is FP32 at every precision.
    if case .softmax = node.op, node.inputs.count > 1 {
      return NodeStorages(inputs: [.native, .floats], outputs: [.native])
    }
    return NodeStorages(.native, operands: node.inputs.count, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    switch node.op {
    case .embedding: .rows(.embedding, "row by row", model.target)
    case .maskedSoftmax, .softmax: .rows(.softmax, "row by row", model.target)
    case .meanPool: .rows(.meanPool, "row by row", model.target)
    case .l2Normalize: .rows(.l2Normalize, "row by row", model.target)
    default: nil
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    switch node.op {
    case .embedding: embedding(node, preparation)
    case .maskedSoftmax: maskedSoftmax(node, preparation)
    case .softmax: softmax(node, preparation)
    case .meanPool: meanPool(node, preparation)
    case .l2Normalize: l2Normalize(node, preparation)
    default: preconditionFailure("declined by accepts")
    }
  }

  private func embedding(_ node: Node, _ preparation: Preparation) -> Step {
    let (ids, types) = (preparation.integers(node.inputs[0]), preparation.integers(node.inputs[1]))
    let tables = node.parameters.map { (preparation.values($0), preparation.model.graph[$0].shape) }
    let (word, position, type) = (tables[0], tables[1], tables[2])
    let shape = preparation.shape(node.inputs[0])
    let (tokens, sequence, features) = (shape.count, shape[1], word.1[1])
    let destination = preparation.rowsOf(node.output, features)
    let (format, kernel) = (preparation.kernelFormat(node.output), preparation.rows(.embedding).embedding!)
    return Step { worker in
      let share = worker.share(of: tokens)
      let start = share.lowerBound
      kernel(
        format, ids + start, types + start, word.0, word.1[0], position.0, type.0, type.1[0], start, sequence, features,
        destination[start], share.count)
    }
  }

  private func maskedSoftmax(_ node: Node, _ preparation: Preparation) -> Step {
    let shape = preparation.shape(node.inputs[0])
    let (rowsPerSample, columns) = (shape[1] * shape[2], shape[3])
    let rows = shape[0] * rowsPerSample
    let mask = preparation.integers(node.inputs[1])
    let source = preparation.rowsOf(node.inputs[0], columns)
    let destination = preparation.rowsOf(node.output, columns)
    let (from, to) = (preparation.kernelFormat(node.inputs[0]), preparation.kernelFormat(node.output))
    let (scratch, kernel) = (roundedToCacheLines(columns * 4), preparation.rows(.softmax).masked_softmax!)
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      let share = worker.share(of: rows)
      let floats = worker.ownScratch(scratch).assumingMemoryBound(to: Float.self)
      var row = share.lowerBound
      while row < share.upperBound {
        let sample = row / rowsPerSample
        let stop = min(share.upperBound, (sample + 1) * rowsPerSample)
        kernel(from, to, source[row], mask + sample * columns, destination[row], stop - row, columns, floats)
        row = stop
      }
    }
  }

  private func softmax(_ node: Node, _ preparation: Preparation) -> Step {
    let shape = preparation.shape(node.inputs[0])
    let columns = shape[-1]
    let rows = columns > 0 ? shape.count / columns : 0
    let source = preparation.rowsOf(node.inputs[0], columns)
    let destination = preparation.rowsOf(node.output, columns)
    let (from, to) = (preparation.kernelFormat(node.inputs[0]), preparation.kernelFormat(node.output))
    let (scratch, kernel) = (roundedToCacheLines(columns * 4), preparation.rows(.softmax).softmax!)
    let addend = node.inputs.count > 1 ? SoftmaxAddend(node.inputs[1], shape: shape, preparation) : nil
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      let share = worker.share(of: rows)
      if let addend {
        let floats = worker.ownScratch(scratch).assumingMemoryBound(to: Float.self)
        return addend.forEachPart(of: share) { row, count, values in
          kernel(
            from, to, source[row], values, addend.rowStride, addend.step, destination[row], count, columns, floats)
        }
      }
      kernel(
        from, to, source[share.lowerBound], nil, 0, 0, destination[share.lowerBound], share.count, columns,
        worker.ownScratch(scratch).assumingMemoryBound(to: Float.self))
    }
  }

  private func meanPool(_ node: Node, _ preparation: Preparation) -> Step {
    let shape = preparation.shape(node.inputs[0])
    let (samples, sequence, features) = (shape[0], shape[1], shape[2])
    let mask = preparation.integers(node.inputs[1])
    let source = preparation.rowsOf(node.inputs[0], sequence * features)
    let destination = preparation.rowsOf(node.output, features)
    let (from, to) = (preparation.kernelFormat(node.inputs[0]), preparation.kernelFormat(node.output))
    let kernel = preparation.rows(.meanPool).mean_pool!
    return Step { worker in
      for sample in worker.share(of: samples) {
        kernel(from, to, source[sample], mask + sample * sequence, sequence, features, destination[sample])
      }
    }
  }

  private func l2Normalize(_ node: Node, _ preparation: Preparation) -> Step {
    let shape = preparation.shape(node.inputs[0])
    let (rows, features) = (shape[0], shape[1])
    let source = preparation.rowsOf(node.inputs[0], features)
    let destination = preparation.rowsOf(node.output, features)
    let (from, to) = (preparation.kernelFormat(node.inputs[0]), preparation.kernelFormat(node.output))
    let kernel = preparation.rows(.l2Normalize).l2_normalize!
    return Step { worker in
      for row in worker.share(of: rows) { kernel(from, to, source[row], destination[row], features) }
    }
  }
}
