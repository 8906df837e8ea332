import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Scores, softmax and weighted sum in one step, a few query rows at a time, so that scores never leave the cache.
struct NativeAttention: OperatorImplementation {
  let name = "native:attention"
  let operations: Set<Kernel.Operation> = [.attention, .matrixProduct]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard case .attentionScores = node.op else { return .no("does not begin an attention") }
    return .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    var inputs = [Storage](repeating: .native, count: node.inputs.count)
    switch node.op {
    case .maskedSoftmax, .softmax: if inputs.count > 1 { inputs[1] = .floats }
    default: break
    }
    return NodeStorages(inputs: inputs, outputs: [.native])
  }

  var runsAlone: Bool { false }

  func followers(of index: Int, in model: LoweredModel) -> Int {
    let nodes = model.graph.nodes
    guard index + 2 < nodes.count, Group(nodes[index], nodes[(index + 1)...(index + 2)], model) != nil else { return 0 }
    // Nobody else may read scores or probabilities: they are never written.
    let inner = model.innerTensors(of: index..<(index + 3))
    return inner.isSuperset(of: [nodes[index].output, nodes[index + 1].output]) ? 2 : 0
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let group = Group(node, followers, model) else { return nil }
    var attention = group.attention
    let parts = ckernels_attention_parts(&attention)
    return StepDescription(
      kernel: group.kernel.name, algorithm: "fused attention, \(attention.heads) heads of \(attention.depth)",
      tiles: "\(group.kernel.mr)x\(group.kernel.nr), \(parts) blocks of queries")
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    preconditionFailure("never runs alone")
  }

  func prepare(_ node: Node, followers: ArraySlice<Node>, _ preparation: Preparation) throws -> Step {
    guard let group = Group(node, followers, preparation.model) else { preconditionFailure("declined by followers") }
    var attention = group.attention
    attention.isa = preparation.features.operatorTable
    func operand(_ id: TensorID) -> ckernels_attention_operand {
      let shape = preparation.shape(id)
      let row = shape[2] * preparation.model.format(of: id).byteCount
      return ckernels_attention_operand(
        address: preparation.address(id), row_pitch: row, sample_pitch: row * shape[1],
        format: preparation.kernelFormat(id))
    }
    attention.q = operand(node.inputs[0])
    attention.k = operand(node.inputs[1])
    attention.v = operand(group.values)
    attention.dst = operand(group.result)
    attention.scores_format = preparation.kernelFormat(node.output)
    attention.probabilities_format = preparation.kernelFormat(group.probabilities)
    if let mask = group.mask { attention.mask = UnsafePointer(preparation.integers(mask)) }
    if let addend = group.addend { attention.addend = UnsafePointer(preparation.floats(addend)) }
    let scratch = ckernels_attention_scratch_bytes(&attention)
    let parts = ckernels_attention_parts(&attention)
    guard scratch >= 0, parts >= 0, !scratch.multipliedReportingOverflow(by: preparation.threadCount).overflow else {
      throw AllocationError(byteCount: .max)
    }
    let (ready, heads) = (attention, attention.samples * attention.heads)
    // Keys and values are packed once for each head of a range: whole heads, unless threads would wait for one another.
    let hasWholeHeads = heads % preparation.threadCount == 0 || heads >= 8 * preparation.threadCount
    let partsPerItem = hasWholeHeads && heads > 0 ? parts / heads : 1
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      let share = worker.share(of: parts / max(partsPerItem, 1))
      withUnsafePointer(to: ready) {
        ckernels_attention_run(
          $0, share.lowerBound * partsPerItem, share.upperBound * partsPerItem, worker.ownScratch(scratch))
      }
    }
  }

  /// The three nodes of an attention, without addresses.
  private struct Group {
    let kernel: GemmKernel
    let probabilities: TensorID
    let values: TensorID
    let result: TensorID
    var mask: TensorID?
    var addend: TensorID?
    var attention = ckernels_attention()

    /// Nil for nodes that are no attention, and for formats that no kernel multiplies.
    init?(_ scores: Node, _ followers: ArraySlice<Node>, _ model: LoweredModel) {
      guard followers.count == 2, let softmax = followers.first, let context = followers.last,
        case .attentionScores(let first) = scores.op, case .attentionContext(let second) = context.op,
        first.heads == second.heads, first.heads > 0, softmax.inputs[0] == scores.output,
        context.inputs[0] == softmax.output,
        model.contract(of: scores) == model.contract(of: context),
        let kernel = GemmKernel.select(for: scores, in: model),
        model.integerSumRefusal(of: scores, depth: model.graph[scores.output].shape[3]) == nil
      else { return nil }
      self.kernel = kernel
      (probabilities, values, result) = (softmax.output, context.inputs[1], context.output)
      let formats = model.format(of:)
      guard kernel.takesLeft(formats(scores.inputs[0])), kernel.takesRight(formats(scores.inputs[1])),
        kernel.takesLeft(formats(probabilities)), kernel.takesRight(formats(values)),
        [.fp32, .bf16].contains(formats(scores.output))
      else { return nil }
      let (q, k, v) = (
        model.graph[scores.inputs[0]].shape, model.graph[scores.inputs[1]].shape, model.graph[values].shape
      )
      attention.scores_kernel = kernel.row
      attention.context_kernel = kernel.row
      (attention.samples, attention.heads) = (q[0], first.heads)
      (attention.queries, attention.keys) = (q[1], k[1])
      (attention.depth, attention.value_depth) = (q[2] / first.heads, v[2] / first.heads)
      func factor(_ node: Node) -> Float {
        kernel.kr == 4 ? node.inputs.reduce(Float(1)) { $0 * model.format(of: $1).scale } : 1
      }
      attention.scores_scale = factor(scores) * first.scale
      attention.context_scale = factor(context) * second.scale
      switch softmax.op {
      case .maskedSoftmax: mask = softmax.inputs[1]
      case .softmax:
        guard softmax.inputs.count > 1 else { return }
        let strides = model.graph[softmax.inputs[1]].shape.broadcastStrides(to: model.graph[scores.output].shape)
        addend = softmax.inputs[1]
        attention.addend_sample_stride = strides[0]
        attention.addend_head_stride = strides[1]
        attention.addend_row_stride = strides[2]
        attention.addend_step = strides[3]
      default: return nil
      }
    }
  }
}
