import ModelGraph
import Tensors

/// A draft under rewriting that always knows who writes and who reads each tensor.
///
/// Nodes have handles that stay valid while the node lives. An edit costs what it touches, neither the size of the
/// graph nor how many operands or results a node beside it has, nor how many others read the same, so that a pass that
/// visits every node once takes time linear in the graph. Nodes whose results nobody reads any more disappear by
/// themselves.
struct GraphEditor {
  /// A node's place; 0 is no node.
  typealias Handle = Int

  /// Tensors, parameters and constants so far; its list of nodes is the one before the edits.
  private(set) var draft: GraphDraft
  /// How many places were rewritten.
  private(set) var changes = 0

  /// Nodes by handle, linked in execution order; entry 0 closes the ring. What they read and write
  /// is in ``operands`` and ``results``.
  private var nodes: [Node?] = [nil]
  /// What each node reads now.
  private var operands: [[TensorID]] = [[]]
  /// What each node writes now.
  private var results: [[TensorID]] = [[]]
  /// The number of the reading that is a node's first operand; the others follow.
  private var firstReadings: [Readings.Reading] = [0]
  /// The result of each node that was in use when somebody last asked.
  private var usedResults: [Int] = [0]
  private var following: [Handle] = []
  private var preceding: [Handle] = []
  private var producers: [Handle] = []
  /// The position of each tensor among its producer's results.
  private var places: [Int] = []
  private var readings: Readings
  private var isGraphOutput: [Bool] = []
  private var shared: [SharedParameter: ParameterID] = [:]
  /// Biases that are missing, by their number of channels, of nodes that share their weights.
  var zeroBiases: [Int: ParameterID] = [:]

  /// Starts editing; nodes that no output needs are not there any more, so that they are nobody's readers.
  init(_ draft: GraphDraft) {
    self.draft = draft
    readings = Readings(tensorCount: draft.tensors.count)
    let live = draft.liveNodes()
    let count = live.count + 1
    following = (0..<count).map { ($0 + 1) % count }
    preceding = (0..<count).map { ($0 + count - 1) % count }
    producers = [Handle](repeating: 0, count: draft.tensors.count)
    places = producers
    isGraphOutput = [Bool](repeating: false, count: draft.tensors.count)
    for id in draft.outputs { isGraphOutput[id.index] = true }
    for node in live { link(node) }
  }

  /// The draft with the nodes as they are now.
  func finished() -> GraphDraft {
    var result = draft
    result.replaceNodes(handles().compactMap { self[$0] })
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
  subscript(_ handle: Handle) -> Node? {
    nodes[handle]?.replacing(inputs: operands[handle], outputs: results[handle])
  }

  /// The node that writes a tensor; nil for inputs and constants.
  func producer(of id: TensorID) -> Handle? { producers[id.index] == 0 ? nil : producers[id.index] }

  /// The nodes that read a tensor, one entry per reading.
  func readers(of id: TensorID) -> [Handle] {
    var result: [Handle] = []
    readings.forEach(of: id) { result.append($1) }
    return result
  }

  /// How many entries ``readers(of:)`` has.
  func readerCount(of id: TensorID) -> Int { readings.count(of: id) }

  /// Whether a node or the caller reads a tensor.
  func isUsed(_ id: TensorID) -> Bool { readings.count(of: id) > 0 || isOutput(id) }

  /// Whether the caller reads a tensor.
  func isOutput(_ id: TensorID) -> Bool { isGraphOutput[id.index] }

  /// The only reader of a tensor that is not an output of the graph; nil otherwise.
  func onlyReader(of id: TensorID) -> Handle? {
    !isOutput(id) && readings.count(of: id) == 1 ? readings.first(of: id) : nil
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

  /// Whether passes may make copies of `bytes` that exist beside what they are made from; counts them.
  ///
  /// All together may take as much as the graph's constants before the first pass, so that a file that uses one tensor
  /// ten thousand times does not take the memory of ten thousand tensors.
  mutating func mayCopy(_ bytes: Int) -> Bool {
    let allowance =
      draft.copyAllowance
      ?? draft.constants.reduce(Self.leastCopies) { max($0, min($0 + min($1.type.byteCount, 1 << 40), 1 << 50)) }
    draft.copyAllowance = allowance
    guard bytes <= allowance else { return false }
    draft.copyAllowance = allowance - bytes
    return true
  }

  /// Small graphs may make copies of a few megabytes.
  static let leastCopies = 16 << 20

  /// Whether somebody reads a constant beside the node at hand.
  func isShared(_ id: TensorID) -> Bool { readerCount(of: id) > 1 || isOutput(id) }

  /// Whether constants may be merged into the weights and the bias of a product: where nobody else reads the weights,
  /// the new ones take their place; otherwise they are copies. Counts them.
  ///
  /// - Parameter scales: whether weights change, or the bias alone.
  mutating func mayMerge(into weights: TensorID, scales: Bool, channels: Int) -> Bool {
    let bytes = draft[weights].type.byteCount
    let bias = TensorType(.float32, [channels]).byteCount
    return mayCopy(isShared(weights) ? (scales ? bytes : 0) + bias : max(0, bias - bytes))
  }

  private mutating func grown(_ id: TensorID) -> TensorID {
    producers.append(0)
    places.append(0)
    readings.addTensor()
    isGraphOutput.append(false)
    return id
  }

  // MARK: Editing

  /// Puts nodes in the place of one node; they write what others read of it, and may read whatever it could read.
  mutating func replace(_ handle: Handle, with replacements: [Node]) {
    guard let old = self[handle] else { return }
    changes += 1
    for id in old.outputs { producers[id.index] = 0 }
    for node in replacements { insert(node, before: handle) }
    drop(handle)
    sweep(old.inputs)
  }

  /// Puts nodes in the place of one node and takes away others, whose results the new nodes write.
  mutating func replaceAll(_ handle: Handle, and others: [Handle], with replacements: [Node]) {
    for other in Set(others) {
      guard nodes[other] != nil else { continue }
      for id in results[other] { producers[id.index] = 0 }
      drop(other)
    }
    replace(handle, with: replacements)
  }

  /// Makes every reader of a node's only read result read `source`, a tensor of the same type, and removes the node.
  ///
  /// Returns false, and changes nothing, where the result is a graph output and `source` cannot take its place.
  mutating func bypass(_ handle: Handle, from source: TensorID, to result: TensorID) -> Bool {
    guard let old = self[handle], source != result else { return false }
    if !isOutput(result) {
      changes += 1
      redirect(result, to: source)
      removeIfDead(handle)
      return true
    }
    guard !isOutput(source), let writer = producer(of: source) else { return false }
    changes += 1
    drop(handle)
    for id in old.outputs { producers[id.index] = 0 }
    redirect(source, to: result)
    results[writer][places[source.index]] = result
    places[result.index] = places[source.index]
    producers[source.index] = 0
    producers[result.index] = writer
    sweep(old.inputs.filter { $0 != source })
    return true
  }

  /// Makes every reader of `old`, which is no graph output, read `new` instead.
  mutating func redirect(_ old: TensorID, to new: TensorID) {
    readings.forEach(of: old) { reading, reader in operands[reader][reading - firstReadings[reader]] = new }
    readings.move(of: old, to: new)
  }

  /// Removes a node whose results nobody reads any more, as one place that changed.
  mutating func removeUnread(_ handle: Handle) {
    changes += 1
    removeIfDead(handle)
  }

  private mutating func insert(_ node: Node, before place: Handle) {
    let handle = nodes.count
    let before = preceding[place]
    link(node)
    following.append(place)
    preceding.append(before)
    following[before] = handle
    preceding[place] = handle
  }

  /// Gives a node the next handle and its readings to the tensors.
  private mutating func link(_ node: Node) {
    let handle = nodes.count
    nodes.append(node)
    operands.append(node.inputs)
    results.append(node.outputs)
    firstReadings.append(readings.endIndex)
    usedResults.append(0)
    for (place, id) in node.outputs.enumerated() {
      producers[id.index] = handle
      places[id.index] = place
    }
    for id in node.inputs { readings.append(of: id, by: handle) }
  }

  /// Takes a node out of the list and its readings out of the tensors.
  private mutating func drop(_ handle: Handle) {
    nodes[handle] = nil
    following[preceding[handle]] = following[handle]
    preceding[following[handle]] = preceding[handle]
    for (position, id) in operands[handle].enumerated() { readings.remove(firstReadings[handle] + position, of: id) }
    operands[handle] = []
  }

  /// Whether nobody reads any result of a node. Looks first where it last found one that somebody did, so that a node
  /// whose many results fall out of use one by one is not searched from the start for each.
  private mutating func isDead(_ handle: Handle, _ node: Node) -> Bool {
    let count = node.outputs.count
    for step in 0..<count {
      let position = (usedResults[handle] + step) % count
      guard isUsed(node.outputs[position]) else { continue }
      usedResults[handle] = position
      return false
    }
    return true
  }

  private mutating func removeIfDead(_ handle: Handle) {
    guard let node = self[handle], isDead(handle, node) else { return }
    drop(handle)
    for id in node.outputs { producers[id.index] = 0 }
    sweep(node.inputs)
  }

  /// Removes the nodes that only made `tensors`, if nobody reads them any more, and what only those read, and so on.
  private mutating func sweep(_ tensors: [TensorID]) {
    var pending = tensors
    while let id = pending.popLast() {
      guard !isUsed(id), let writer = producer(of: id), let node = self[writer], isDead(writer, node) else { continue }
      drop(writer)
      for output in node.outputs { producers[output.index] = 0 }
      pending.append(contentsOf: node.inputs)
    }
  }
}
