import ModelGraph

/// Who reads each tensor.
///
/// A reading is one operand of one node. The readings of a tensor are linked in the order in which they came, so that
/// taking one away, and giving all of them to another tensor, cost nothing that grows with the number of the others.
struct Readings {
  /// Number of a reading.
  typealias Reading = Int

  private struct Link {
    let reader: GraphEditor.Handle
    var next: Reading?
    var previous: Reading?
  }

  private struct List {
    var first: Reading?
    var last: Reading?
    var count = 0
  }

  private var links: [Link] = []
  private var lists: [List]

  /// No readings of so many tensors.
  init(tensorCount: Int) { lists = [List](repeating: List(), count: tensorCount) }

  /// The number that the next reading will have.
  var endIndex: Reading { links.count }

  /// How many readings a tensor has.
  func count(of id: TensorID) -> Int { lists[id.index].count }

  /// The first reading's node.
  func first(of id: TensorID) -> GraphEditor.Handle? { lists[id.index].first.map { links[$0].reader } }

  /// Calls `body` with every reading of a tensor and its node.
  func forEach(of id: TensorID, _ body: (Reading, GraphEditor.Handle) -> Void) {
    var reading = lists[id.index].first
    while let current = reading {
      body(current, links[current].reader)
      reading = links[current].next
    }
  }

  /// Makes room for one more tensor.
  mutating func addTensor() { lists.append(List()) }

  /// Adds a reading behind a tensor's others.
  mutating func append(of id: TensorID, by reader: GraphEditor.Handle) {
    let reading = links.count
    let last = lists[id.index].last
    links.append(Link(reader: reader, next: nil, previous: last))
    if let last { links[last].next = reading } else { lists[id.index].first = reading }
    lists[id.index].last = reading
    lists[id.index].count += 1
  }

  /// Takes a reading away from the tensor that it is of.
  mutating func remove(_ reading: Reading, of id: TensorID) {
    let (next, previous) = (links[reading].next, links[reading].previous)
    if let previous { links[previous].next = next } else { lists[id.index].first = next }
    if let next { links[next].previous = previous } else { lists[id.index].last = previous }
    lists[id.index].count -= 1
  }

  /// Puts all readings of a tensor behind those of another.
  mutating func move(of old: TensorID, to new: TensorID) {
    let moved = lists[old.index]
    guard old != new, let first = moved.first else { return }
    lists[old.index] = List()
    let last = lists[new.index].last
    links[first].previous = last
    if let last { links[last].next = first } else { lists[new.index].first = first }
    lists[new.index].last = moved.last
    lists[new.index].count += moved.count
  }
}
