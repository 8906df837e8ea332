import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Everything but matrix products, split over threads by independent rows, planes or tokens.
struct RowwiseImplementation: OperatorImplementation {
  /// Whose functions run.
  enum Source: String, Sendable {
    /// The widest vectors there are.
    case kernels
    /// Those for any CPU, wherever they run: the order of their sums is always the same.
    case generic
    /// The oracle's.
    case reference
  }

  let source: Source
  var name: String { "\(source.rawValue):row-wise" }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    if node.op.isMultiplyAccumulate { return .no("matrix products are not row-wise") }
    switch node.op {
    case .general, .dynamic: return .no("not an operator of the engines' own")
    case .convert:
      if let reason = EmulatedConvert.reason(toWrite: node, in: model) { return .no(reason) }
      let other = (node.inputs + node.outputs).map(model.storage(of:)).first { $0 != .floats }
      return other.map { .no("an operand is held as \($0.name)") } ?? .yes
    default: return WindowExtents(pooling: node, in: model.graph)?.refusal.map { .no($0) } ?? .yes
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    let kernels =
      switch source {
      case .kernels: RowwiseKernels(preparation.kernels.pointee)
      case .generic: RowwiseKernels(ckernels_operators(CKERNELS_ISA_GENERIC)!.pointee)
      case .reference: RowwiseKernels.reference
      }
    let context = Context(node: node, preparation: preparation, kernels: kernels)
    switch node.op {
    case .maxPool: return context.maxPool()
    case .globalAveragePool: return context.averagePool()
    case .embedding: return context.embedding()
    case .layerNorm(let norm): return context.layerNorm(epsilon: norm.epsilon)
    case .maskedSoftmax: return context.maskedSoftmax()
    case .softmax: return context.softmax()
    case .meanPool: return context.meanPool()
    case .l2Normalize: return context.l2Normalize()
    case .convert: return context.convert()
    case .convolution, .linear, .attentionScores, .attentionContext, .matMul, .general, .dynamic:
      preconditionFailure("declined by accepts")
    }
  }

  /// One node with its addresses.
  private struct Context {
    let node: Node
    let preparation: Preparation
    let kernels: RowwiseKernels

    var source: UnsafeMutablePointer<Float> { preparation.floats(node.inputs[0]) }
    var destination: UnsafeMutablePointer<Float> { preparation.floats(node.output) }
    var format: ckernels_format { preparation.kernelFormat(node.output) }
    var shape: Shape { preparation.shape(node.inputs[0]) }

    func maxPool() -> Step {
      guard let extents = WindowExtents(pooling: node, in: preparation.model.graph) else {
        preconditionFailure("declined by accepts")
      }
      let (source, destination, kernel) = (source, destination, kernels.maxPool)
      let geometry = extents.geometry
      let (planes, size, outputSize) = (extents.images * extents.channels, extents.planeSize, extents.outPlaneSize)
      return Step { worker in
        let share = worker.share(of: planes)
        withUnsafePointer(to: geometry) {
          kernel($0, source + share.lowerBound * size, destination + share.lowerBound * outputSize, share.count)
        }
      }
    }

    func averagePool() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.averagePlanes)
      let (planes, size) = (shape[0] * shape[1], shape[2] * shape[3])
      let scale = preparation.model.format(of: node.inputs[0]).scale
      return Step { worker in
        let share = worker.share(of: planes)
        kernel(
          format, source + share.lowerBound * size, size, scale, destination + share.lowerBound, share.count)
      }
    }

    func embedding() -> Step {
      let (destination, format, kernel) = (destination, format, kernels.embedding)
      let ids = preparation.integers(node.inputs[0])
      let types = preparation.integers(node.inputs[1])
      let tables = node.parameters.map { (preparation.values($0), preparation.model.graph[$0].shape) }
      let (word, position, type) = (tables[0], tables[1], tables[2])
      let (tokens, sequence, features) = (shape.count, shape[1], word.1[1])
      let (vocabulary, typeCount) = (word.1[0], type.1[0])
      let (words, positions, typeRows) = (word.0, position.0, type.0)
      return Step { worker in
        let share = worker.share(of: tokens)
        let start = share.lowerBound
        kernel(
          format, ids + start, types + start, words, vocabulary, positions, typeRows, typeCount, start, sequence,
          features, destination + start * features, share.count)
      }
    }

    func layerNorm(epsilon: Float) -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.layerNorm)
      let residual = node.inputs.count > 1 ? UnsafePointer(preparation.floats(node.inputs[1])) : nil
      let (gamma, beta) = (preparation.values(node.parameters[0]), preparation.values(node.parameters[1]))
      let columns = shape[-1]
      let rows = shape.count / max(columns, 1)
      return Step { worker in
        let share = worker.share(of: rows)
        let start = share.lowerBound * columns
        kernel(
          format, source + start, residual.map { $0 + start }, gamma, beta, epsilon, destination + start, share.count,
          columns)
      }
    }

    func maskedSoftmax() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.maskedSoftmax)
      let mask = preparation.integers(node.inputs[1])
      let (rowsPerSample, columns) = (shape[1] * shape[2], shape[3])
      let rows = shape[0] * rowsPerSample
      let scale = preparation.model.format(of: node.inputs[0]).scale
      return Step { worker in
        var row = worker.share(of: rows).lowerBound
        let end = worker.share(of: rows).upperBound
        while row < end {
          let sample = row / rowsPerSample
          let stop = min(end, (sample + 1) * rowsPerSample)
          kernel(
            format, source + row * columns, scale, mask + sample * columns, destination + row * columns, stop - row,
            columns)
          row = stop
        }
      }
    }

    func softmax() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.softmax)
      let columns = shape[-1]
      guard node.inputs.count > 1 else {
        let rows = shape.count / max(columns, 1)
        return Step { worker in
          let share = worker.share(of: rows)
          let start = share.lowerBound * columns
          kernel(format, source + start, nil, 0, 0, destination + start, share.count, columns)
        }
      }
      let addend = SoftmaxAddend(node.inputs[1], shape: shape, preparation)
      return Step { worker in
        addend.forEachPart(of: worker.share(of: addend.rows)) { row, count, values in
          kernel(
            format, source + row * columns, values, addend.rowStride, addend.step, destination + row * columns, count,
            columns)
        }
      }
    }

    func meanPool() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.meanPool)
      let mask = preparation.integers(node.inputs[1])
      let (samples, sequence, features) = (shape[0], shape[1], shape[2])
      return Step { worker in
        for sample in worker.share(of: samples) {
          kernel(
            format, source + sample * sequence * features, mask + sample * sequence, sequence, features,
            destination + sample * features)
        }
      }
    }

    func l2Normalize() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.l2Normalize)
      let (rows, features) = (shape[0], shape[1])
      return Step { worker in
        for row in worker.share(of: rows) {
          kernel(format, source + row * features, destination + row * features, features)
        }
      }
    }

    func convert() -> Step {
      let (source, destination, format, kernel) = (source, destination, format, kernels.convert)
      let count = shape.count
      return Step { worker in
        let share = worker.share(of: count)
        kernel(format, source + share.lowerBound, destination + share.lowerBound, share.count)
      }
    }
  }
}
