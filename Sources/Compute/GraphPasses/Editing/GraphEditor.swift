import ModelGraph
import Tensors

/// A draft under rewriting that always knows who writes and who reads each tensor.
///
/// Nodes have handles that stay valid while the node lives. An edit costs what it touches, not the size of the graph,
/// so that a pass that visits every node once takes time linear in the graph. Nodes whose results nobody reads any more
/// disappear by themselves.
struct GraphEditor {
  /// A node's place; 0 is no node.
  typealias Handle = Int

  /// Tensors, parameters and constants so far; its list of nodes is the one before the edits.
  private(set) var draft: GraphDraft
  /// How many places were rewritten.
  private(set) var changes = 0

  /// Nodes by handle, linked in execution order; entry 0 closes the ring.
  private var nodes: [Node?] = [nil]
  private var following: [Handle] = []
  private var preceding: [Handle] = []
  private var producers: [Handle] = []
  private var readings: [[Handle]] = []
  private var isGraphOutput: [Bool] = []
  private var shared: [SharedParameter: ParameterID] = [:]

  /// Starts editing; nodes that no output needs are not there any more, so that they are nobody's readers.
  init(_ draft: GraphDraft) {
    self.draft = draft
    let live = draft.liveNodes()
    nodes.append(contentsOf: live)
    let count = nodes.count
    following = (0..<count).map { ($0 + 1) % count }
    preceding = (0..<count).map { ($0 + count - 1) % count }
    producers = [Handle](repeating: 0, count: draft.tensors.count)
    readings = [[Handle]](repeating: [], count: draft.tensors.count)
    isGraphOutput = [Bool](repeating: false, count: draft.tensors.count)
    for id in draft.outputs { isGraphOutput[id.index] = true }
    for (index, node) in live.enumerated() { link(node, at: index + 1) }
  }

  /// The draft with the nodes as they are now.
  func finished() -> GraphDraft {
    var result = draft
    result.replaceNodes(handles().compactMap { nodes[$0] })
    return result
  }

  // MARK: Looking

  /// The handles of all nodes in execution order; some may be gone when their turn comes.
  func handles() -> [Handle] {
    var result: [Handle] = []
    var handle = following[0]
    while handle != 0 {
      result.append(handle)
      handle = following[handle]
    }
    return result
  }

  /// A node, or nil where it is gone.
  subscript(_ handle: Handle) -> Node? { nodes[handle] }

  /// The node that writes a tensor; nil for inputs and constants.
  func producer(of id: TensorID) -> Handle? { producers[id.index] == 0 ? nil : producers[id.index] }

  /// The nodes that read a tensor, one entry per reading.
  func readers(of id: TensorID) -> [Handle] { readings[id.index] }

  /// Whether the caller reads a tensor.
  func isOutput(_ id: TensorID) -> Bool { isGraphOutput[id.index] }

  /// The only reader of a tensor that is not an output of the graph; nil otherwise.
  func onlyReader(of id: TensorID) -> Handle? {
    !isOutput(id) && readings[id.index].count == 1 ? readings[id.index][0] : nil
  }

  // MARK: Declaring

  /// Declares an activation.
  mutating func addTensor(_ name: String, _ type: TensorType) -> TensorID {
    grown(draft.addTensor(name, type))
  }

  /// Declares a constant tensor.
  mutating func addConstant(_ name: String, _ constant: Constant) -> TensorID {
    grown(draft.addConstant(name, constant))
  }

  /// Declares a parameter.
  mutating func addParameter(_ name: String, role: ParameterRole, _ constant: Constant) -> ParameterID {
    draft.addParameter(name, role: role, constant)
  }

  /// The parameter that `make` derives from a constant tensor in the way called `variant`, made once per pass: weights
  /// that several nodes share stay shared.
  mutating func sharedParameter(
    _ source: TensorID, variant: String, name: String, role: ParameterRole, make: (Constant) -> Constant
  ) -> ParameterID? {
    guard let original = draft[source].parameter, let constant = draft.constant(source) else { return nil }
    let key = SharedParameter(source: original, variant: variant, role: role)
    if let known = shared[key] { return known }
    let parameter = addParameter(name, role: role, make(constant))
    shared[key] = parameter
    return parameter
  }

  private struct SharedParameter: Hashable {
    let source: ParameterID
    let variant: String
    let role: ParameterRole
  }

  private mutating func grown(_ id: TensorID) -> TensorID {
    producers.append(0)
    readings.append([])
    isGraphOutput.append(false)
    return id
  }

  // MARK: Editing

  /// Puts nodes in the place of one node; they write what others read of it, and may read whatever it could read.
  mutating func replace(_ handle: Handle, with replacements: [Node]) {
    guard let old = nodes[handle] else { return }
    changes += 1
    for id in old.outputs { producers[id.index] = 0 }
    for node in replacements { insert(node, before: handle) }
    drop(handle, old)
    sweep(old.inputs)
  }

  /// Puts nodes in the place of one node and takes away others, whose results the new nodes write.
  mutating func replaceAll(_ handle: Handle, and others: [Handle], with replacements: [Node]) {
    for other in Set(others) {
      guard let node = nodes[other] else { continue }
      for id in node.outputs { producers[id.index] = 0 }
      drop(other, node)
    }
    replace(handle, with: replacements)
  }

  /// Makes every reader of a node's only read result read `source`, a tensor of the same type, and removes the node.
  ///
  /// Returns false, and changes nothing, where the result is a graph output and `source` cannot take its place.
  mutating func bypass(_ handle: Handle, from source: TensorID, to result: TensorID) -> Bool {
    guard let old = nodes[handle], source != result else { return false }
    if !isOutput(result) {
      changes += 1
      move(readersOf: result, to: source)
      removeIfDead(handle)
      return true
    }
    guard !isOutput(source), let writer = producer(of: source), let node = nodes[writer] else { return false }
    changes += 1
    drop(handle, old)
    for id in old.outputs { producers[id.index] = 0 }
    move(readersOf: source, to: result)
    nodes[writer] = node.replacing(outputs: node.outputs.map { $0 == source ? result : $0 })
    producers[source.index] = 0
    producers[result.index] = writer
    sweep(old.inputs.filter { $0 != source })
    return true
  }

  /// Makes every reader of `old`, which is no graph output, read `new` instead.
  mutating func redirect(_ old: TensorID, to new: TensorID) { move(readersOf: old, to: new) }

  /// Removes a node whose results nobody reads any more, as one place that changed.
  mutating func removeUnread(_ handle: Handle) {
    changes += 1
    removeIfDead(handle)
  }

  private mutating func move(readersOf old: TensorID, to new: TensorID) {
    let handles = readings[old.index]
    readings[old.index] = []
    readings[new.index].append(contentsOf: handles)
    for handle in Set(handles) {
      guard let node = nodes[handle] else { continue }
      nodes[handle] = node.replacing(inputs: node.inputs.map { $0 == old ? new : $0 })
    }
  }

  private mutating func insert(_ node: Node, before place: Handle) {
    let handle = nodes.count
    let before = preceding[place]
    nodes.append(node)
    following.append(place)
    preceding.append(before)
    following[before] = handle
    preceding[place] = handle
    link(node, at: handle)
  }

  private mutating func link(_ node: Node, at handle: Handle) {
    for id in node.outputs { producers[id.index] = handle }
    for id in node.inputs { readings[id.index].append(handle) }
  }

  /// Takes a node out of the list and its readings out of the tensors.
  private mutating func drop(_ handle: Handle, _ node: Node) {
    nodes[handle] = nil
    following[preceding[handle]] = following[handle]
    preceding[following[handle]] = preceding[handle]
    for id in node.inputs {
      if let position = readings[id.index].lastIndex(of: handle) { readings[id.index].remove(at: position) }
    }
  }

  private mutating func removeIfDead(_ handle: Handle) {
    guard let node = nodes[handle],
      node.outputs.allSatisfy({ readings[$0.index].isEmpty && !isGraphOutput[$0.index] })
    else { return }
    drop(handle, node)
    for id in node.outputs { producers[id.index] = 0 }
    sweep(node.inputs)
  }

  /// Removes the nodes that only made `tensors`, if nobody reads them any more, and what only those read, and so on.
  private mutating func sweep(_ tensors: [TensorID]) {
    var pending = tensors
    while let id = pending.popLast() {
      guard let writer = producer(of: id), let node = nodes[writer],
        node.outputs.allSatisfy({ readings[$0.index].isEmpty && !isGraphOutput[$0.index] })
      else { continue }
      drop(writer, node)
      for output in node.outputs { producers[output.index] = 0 }
      pending.append(contentsOf: node.inputs)
    }
  }
}
