import Topology

/// What `assay topology` prints: the tree of hardware with sizes, and what of it this process may use.
public struct TopologyReport {
  private let topology: Topology
  private let isRecording: Bool
  private let style: ReportStyle
  private let marks: TopologyMarks

  /// A tree of more lines is shown with like siblings put together.
  static let mostLines = 40

  /// Makes a report.
  ///
  /// - Parameter isRecording: whether the topology comes from a file, which may lack what its process could not use.
  public init(_ topology: Topology, isRecording: Bool = false, style: ReportStyle = ReportStyle()) {
    self.topology = topology
    self.isRecording = isRecording
    self.style = style
    marks = TopologyMarks(topology)
  }

  /// The report, ended by a line feed.
  public var text: String {
    let full = TopologyOutline(topology, isCollapsed: false)
    let lineCount = 1 + full.children.map(\.lineCount).reduce(0, +)
    let outline = lineCount > Self.mostLines ? TopologyOutline(topology, isCollapsed: true) : full
    let tree = [style.text(name(outline), .title)] + branches(of: outline, indent: "")
    return (tree + [""] + style.footnotes(TopologyFacts(topology, isRecording: isRecording).lines)).joined(
      separator: "\n") + "\n"
  }

  /// One line for each child; an only child continues its parent's line, so that a core and its caches take one.
  private func branches(of outline: TopologyOutline, indent: String) -> [String] {
    outline.children.enumerated().flatMap { index, child -> [String] in
      let isLast = index == outline.children.count - 1
      var names = [name(child)]
      var end = child
      while end.children.count == 1, let only = end.children.first {
        names.append(name(only))
        end = only
      }
      if end.hasOnlyPUs { names.append(end.children.map(name).joined(separator: ", ")) }
      let line = style.text(indent + (isLast ? "└─ " : "├─ "), .subdued) + style.text(names.joined(separator: " · "))
      return [line] + (end.hasOnlyPUs ? [] : branches(of: end, indent: indent + (isLast ? "   " : "│  ")))
    }
  }

  /// Type, number and size; of several copies how many each parent has, and the numbers of all.
  private func name(_ outline: TopologyOutline) -> String {
    guard let object = outline.copies.first else { return "" }
    let numbers = outline.copies.map { object.isNumberedBySystem ? $0.osIndex ?? $0.logicalIndex : $0.logicalIndex }
    let marks = marks.words(of: object).map { " (\($0))" }.joined()
    guard outline.copies.count > 1 else {
      let number = object.isNumbered ? " \(numbers[0])" : ""
      return object.typeName + number + size([object]) + marks
    }
    let times = outline.count > 1 ? "\(outline.count) × " : ""
    let number = object.isNumbered ? " [\(Figure.ranges(numbers))]" : ""
    return times + object.typeName + number + size(outline.copies) + marks
  }

  /// The size, or the least and the most of several where they differ by more than a hundredth.
  private func size(_ objects: [TopologyObject]) -> String {
    let sizes = objects.compactMap(\.bytes)
    guard let least = sizes.min(), let most = sizes.max() else { return "" }
    let isOne = Double(least) >= Double(most) * 0.99
    return isOne ? " \(Figure.binary(most))" : " \(Figure.binary(least)) to \(Figure.binary(most))"
  }
}

extension TopologyObject {
  /// The type in the words of reports: `NUMA node`, `L3`, `Package`.
  var typeName: String {
    switch type {
    case "NUMANode": "NUMA node"
    case "MemCache": "memory-side cache"
    default: type.hasSuffix("Cache") ? String(type.dropLast("Cache".count)) : type
    }
  }

  /// Whether reports give it a number: there is one machine, and caches are known by their cores.
  fileprivate var isNumbered: Bool { type != "Machine" && !type.hasSuffix("Cache") }

  /// Whether tools for binding and the system know it by the system's number.
  fileprivate var isNumberedBySystem: Bool { type == "PU" || type == "NUMANode" }
}
