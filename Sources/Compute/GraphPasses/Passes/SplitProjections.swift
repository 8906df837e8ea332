import ModelGraph
import Tensors

/// Makes one inner product for each part of a projection that is only used in parts, so that attention finds queries,
/// keys and values as tensors of their own.
///
/// Before: `linear` without activation to (..., p * f), perhaps reshaped with the last dimension kept, then `Split` or
/// disjoint `Slice`s of the last dimension; or reshaped to (n, s, p, h, d), perhaps transposed, then taken apart along
/// p with `Split`, `Slice` or `Gather`. After: a `linear` for each part, with its rows of the weights, and the movement
/// that is left.
struct SplitProjections: GraphPass {
  let name = "split-projections"

  func run(on draft: inout GraphDraft) throws -> Int {
    var editor = GraphEditor(draft)
    var cuts = Cuts(draft)
    for handle in editor.handles() {
      guard let node = editor[handle], case .linear(let linear) = node.op, linear.activation == .none,
        let plan = Plan(node, editor)
      else { continue }
      Self.split(handle, node, plan, &cuts, &editor)
    }
    if editor.changes > 0 { draft = editor.finished() }
    return editor.changes
  }

  /// The rows of weights and biases that were taken out, each once however many projections share them.
  private struct Cuts {
    private var uses: [ParameterID: Int] = [:]
    private var made: [Cut: ParameterID] = [:]

    private struct Cut: Hashable {
      let source: ParameterID
      let rows: Range<Int>
    }

    init(_ draft: GraphDraft) {
      for node in draft.nodes {
        for id in node.parameters { uses[id, default: 0] += 1 }
      }
    }

    /// Whether all rows of a projection may be taken out; counts them where others use the parameters as well.
    func mayCut(_ node: Node, _ ranges: [Range<Int>], _ editor: inout GraphEditor) -> Bool {
      var bytes = 0
      for id in node.parameters where uses[id, default: 0] > 1 {
        let constant = editor.draft.constants[id.index]
        bytes += ranges.filter { made[Cut(source: id, rows: $0)] == nil }
          .reduce(0) { $0 + constant.rows($1).type.byteCount }
      }
      return editor.mayCopy(bytes)
    }

    mutating func rows(
      _ rows: Range<Int>, of source: ParameterID, name: String, role: ParameterRole, _ editor: inout GraphEditor
    ) -> ParameterID {
      let cut = Cut(source: source, rows: rows)
      if let known = made[cut] { return known }
      let parameter = editor.addParameter(name, role: role, editor.draft.constants[source.index].rows(rows))
      made[cut] = parameter
      return parameter
    }
  }

  /// A range of features and the tensor that holds them in the end.
  private struct Part {
    let features: Range<Int>
    let result: TensorID
    let handle: GraphEditor.Handle
  }

  /// What is between the projection and its parts.
  private struct Plan {
    var parts: [Part] = []
    /// Nodes between.
    var passed: [GraphEditor.Handle] = []
    /// (n, s, h, d) and the order of its axes in each part, where heads were split off.
    var heads: (shape: Shape, order: [Int])?

    init?(_ node: Node, _ editor: GraphEditor) {
      let shape = editor.shape(node.output)
      guard shape.rank >= 2, !editor.isOutput(node.output) else { return nil }
      var tensor = node.output
      var axis = shape.rank - 1
      var partExtent = 1
      if let reshape = editor.general(at: editor.onlyReader(of: tensor)),
        MergeMovements.reshapes.contains(reshape.op.name), reshape[0] == tensor
      {
        let target = editor.shape(reshape.output)
        passed.append(reshape.handle)
        tensor = reshape.output
        if target.rank >= 2, target[-1] == shape[-1] {
          axis = target.rank - 1
        } else if target.rank == 5, target[2] * target[3] * target[4] == shape[-1] {
          heads = ([target[0], target[1], target[3], target[4]], [0, 1, 2, 3])
          (axis, partExtent) = (2, target[3] * target[4])
          if let transpose = editor.general(at: editor.onlyReader(of: tensor), "Transpose"),
            let order = transpose.permutation(editor), let place = order.firstIndex(of: 2)
          {
            passed.append(transpose.handle)
            tensor = transpose.output
            axis = place
            heads?.order = order.filter { $0 != 2 }.map { $0 > 2 ? $0 - 1 : $0 }
          }
        } else {
          return nil
        }
      }
      guard !editor.isOutput(tensor), editor.shape(tensor).count > 0,
        let parts = Self.parts(of: tensor, axis: axis, extent: partExtent, editor), parts.count > 1
      else { return nil }
      // Only whole p-slices may be taken apart, one at a time, where heads follow.
      if heads != nil, !parts.allSatisfy({ $0.features.count == partExtent }) { return nil }
      self.parts = parts
    }

    /// The parts along an axis, if all readers take parts and none takes what another has taken.
    private static func parts(of tensor: TensorID, axis: Int, extent: Int, _ editor: GraphEditor) -> [Part]? {
      var parts: [Part] = []
      let shape = editor.shape(tensor)
      for handle in editor.readers(of: tensor) {
        guard let reader = editor.general(at: handle), reader[0] == tensor,
          reader.node.inputs.filter({ $0 == tensor }).count == 1
        else { return nil }
        switch reader.op.name {
        case "Split":
          guard normalized(reader.op.int("axis") ?? 0, shape.rank) == axis else { return nil }
          var start = 0
          for output in reader.node.outputs {
            let count = editor.shape(output)[axis]
            parts.append(Part(features: (start * extent)..<((start + count) * extent), result: output, handle: handle))
            start += count
          }
        case "Slice":
          guard let range = sliced(reader, axis, shape, editor) else { return nil }
          parts.append(
            Part(
              features: (range.lowerBound * extent)..<(range.upperBound * extent), result: reader.output,
              handle: handle))
        case "Gather":
          guard normalized(reader.op.int("axis") ?? 0, shape.rank) == axis, let id = reader[1],
            editor.shape(id).count == 1, let index = editor.integers(id)?.first
          else { return nil }
          let position = index < 0 ? index + shape[axis] : index
          guard (0..<shape[axis]).contains(position), axis < shape.rank - 1 else { return nil }
          parts.append(
            Part(features: (position * extent)..<((position + 1) * extent), result: reader.output, handle: handle))
        default: return nil
        }
      }
      let sorted = parts.sorted { $0.features.lowerBound < $1.features.lowerBound }
      for (one, next) in zip(sorted, sorted.dropFirst()) where one.features.upperBound > next.features.lowerBound {
        return nil
      }
      return parts.allSatisfy { !$0.features.isEmpty } ? parts : nil
    }

    private static func normalized(_ axis: Int, _ rank: Int) -> Int { axis < 0 ? axis + rank : axis }

    /// What a `Slice` takes, if it cuts one axis and walks it forwards by single steps.
    private static func sliced(
      _ node: GeneralNode, _ axis: Int, _ shape: Shape, _ editor: GraphEditor
    ) -> Range<Int>? {
      let starts = node.op.ints("starts") ?? node[1].flatMap { editor.integers($0) }
      let axes = node.op.ints("axes") ?? (node[3].map { editor.integers($0) } ?? [0])
      let steps = node[4].map { editor.integers($0) } ?? [1]
      guard let starts, let axes, starts.count == 1, axes.count == 1, steps == [1],
        normalized(axes[0], shape.rank) == axis
      else { return nil }
      let extent = shape[axis]
      let start = min(
        max(starts[0] < 0 ? starts[0].addingReportingOverflow(extent).partialValue : starts[0], 0), extent)
      let count = editor.shape(node.output)[axis]
      return start + count <= extent ? start..<(start + count) : nil
    }
  }

  private static func split(
    _ handle: GraphEditor.Handle, _ node: Node, _ plan: Plan, _ cuts: inout Cuts, _ editor: inout GraphEditor
  ) {
    guard cuts.mayCut(node, plan.parts.map(\.features), &editor) else { return }
    let leading = editor.shape(node.output).dims.dropLast()
    var replacements: [Node] = []
    for (index, part) in plan.parts.enumerated() {
      let name = "\(node.name).\(index)"
      let origins = editor.origins([handle] + plan.passed + [part.handle])
      let shape = Shape(leading + [part.features.count])
      let direct = editor.shape(part.result) == shape && plan.heads == nil
      let projected = direct ? part.result : editor.addTensor(name, TensorType(.float32, shape))
      replacements.append(
        Node(
          name: name, op: node.op, inputs: node.inputs,
          parameters: [
            cuts.rows(part.features, of: node.parameters[0], name: "\(name).weights", role: .weights, &editor),
            cuts.rows(part.features, of: node.parameters[1], name: "\(name).bias", role: .bias, &editor),
          ], outputs: [projected], origins: origins))
      if direct { continue }
      guard let heads = plan.heads, heads.order != [0, 1, 2, 3] else {
        replacements.append(
          editor.reshape(projected, to: part.result, name: "\(name).reshape", origins: origins))
        continue
      }
      let view = editor.viewed(projected, as: heads.shape, name: "\(name).heads", origins, &replacements)
      let moved = Shape(heads.order.map { heads.shape[$0] })
      let isLast = editor.shape(part.result) == moved
      let result = isLast ? part.result : editor.addTensor("\(name).moved", TensorType(.float32, moved))
      let transpose = GeneralOperator("Transpose", opset: 13, attributes: ["perm": .ints(heads.order)], slots: [0])
      replacements.append(
        Node(
          name: "\(name).transpose", op: .general(transpose), inputs: [view], outputs: [result], origins: origins))
      if !isLast {
        replacements.append(editor.reshape(result, to: part.result, name: "\(name).reshape", origins: origins))
      }
    }
    editor.replaceAll(handle, and: plan.passed + plan.parts.map(\.handle), with: replacements)
  }
}
