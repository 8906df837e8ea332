import Topology

/// A topology's tree with like siblings put together: copies of one shape, and runs of shapes below them.
///
/// A machine of 512 PUs says the same many times over; what differs from its neighbours stays on its own.
struct TopologyOutline {
  /// Objects of one shape, in logical order; one where nothing was put together.
  let copies: [TopologyObject]
  /// How many of them each parent has in a row.
  let count: Int
  /// What is below each copy.
  let children: [TopologyOutline]

  /// Makes the outline of a machine.
  ///
  /// - Parameter isCollapsed: whether siblings in a row that are alike are put together.
  init(_ topology: Topology, isCollapsed: Bool) {
    var shapes = Shapes(topology)
    self.init([topology.root], count: 1, &shapes, isCollapsed: isCollapsed)
  }

  private init(_ copies: [TopologyObject], count: Int, _ shapes: inout Shapes, isCollapsed: Bool) {
    self.copies = copies
    self.count = count
    // The children of all copies are alike, place by place.
    let models = copies.first?.children ?? []
    var children: [TopologyOutline] = []
    var start = 0
    while start < models.count {
      var end = start + 1
      while isCollapsed, end < models.count, shapes.number(of: models[end]) == shapes.number(of: models[start]) {
        end += 1
      }
      children.append(
        TopologyOutline(
          copies.flatMap { $0.children[start..<end] }, count: end - start, &shapes, isCollapsed: isCollapsed))
      start = end
    }
    self.children = children
  }

  /// Lines of text for it and what is below: an only child continues its parent's line, and so do PUs.
  var lineCount: Int {
    if children.count == 1 { return children[0].lineCount }
    return hasOnlyPUs ? 1 : 1 + children.map(\.lineCount).reduce(0, +)
  }

  /// Whether there are PUs directly below, and nothing else.
  var hasOnlyPUs: Bool { !children.isEmpty && children.allSatisfy { $0.copies.first?.type == "PU" } }

  /// Numbers the shapes of objects: those that look alike have the same one.
  private struct Shapes {
    private struct Shape: Hashable {
      let type: String
      let size: Int
      let mark: String
      let children: [Int]
    }

    private var numbers: [Shape: Int] = [:]
    private let marks: TopologyMarks

    init(_ topology: Topology) { marks = TopologyMarks(topology) }

    mutating func number(of object: TopologyObject) -> Int {
      let shape = Shape(
        type: object.type, size: Self.size(object), mark: marks.words(of: object).joined(separator: " "),
        children: object.children.map { number(of: $0) })
      if let number = numbers[shape] { return number }
      numbers[shape] = numbers.count
      return numbers.count - 1
    }

    /// Memory of equal modules differs by what the firmware keeps: a quarter of a power of two below a size counts as
    /// that size. Caches must be equal.
    private static func size(_ object: TopologyObject) -> Int {
      guard let bytes = object.bytes, bytes > 0 else { return -1 }
      guard !object.type.hasSuffix("Cache") else { return Int(truncatingIfNeeded: bytes) }
      let scaled = bytes > .max / 19 ? bytes : bytes * 19 / 16
      return UInt64.bitWidth - scaled.leadingZeroBitCount
    }
  }
}

/// What is to be said of objects beside their names.
struct TopologyMarks {
  private let memoryOnly: Set<Int>
  private let roleOfPU: [Int: String]

  init(_ topology: Topology) {
    memoryOnly = Set(topology.memoryOnlyNodes)
    roleOfPU = Dictionary(
      topology.kinds.flatMap { kind in kind.pus.map { ($0, kind.label) } }, uniquingKeysWith: { first, _ in first })
  }

  /// The marks of an object: that it may not be used, that no core is its own, the kind of a core.
  func words(of object: TopologyObject) -> [String] {
    var words: [String] = []
    switch object.type {
    case "Core": words = kind(ofPU: object.pus.first).map { [$0] } ?? []
    case "NUMANode": words = object.osIndex.map(memoryOnly.contains) == true ? ["memory only"] : []
    default: break
    }
    return object.isAllowed ? words : words + ["not allowed"]
  }

  /// The kind of a PU's core where there are several kinds.
  func kind(ofPU pu: Int?) -> String? { pu.flatMap { roleOfPU[$0] } }
}

extension Topology.Kind {
  /// What the kind is called among those of its machine.
  var label: String { role?.rawValue ?? "kind \(index)" }
}
