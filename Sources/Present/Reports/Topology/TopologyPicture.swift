import Topology

/// A machine as a picture for a browser: boxes inside boxes as lstopo draws them, readable on light and on dark
/// backgrounds and without colours.
///
/// Like parts of a machine of more than ``mostPUs`` PUs are drawn once, unless instances are shown.
public struct TopologyPicture {
  let topology: Topology
  let instances: [[Int]]
  private let caption: String?
  private let instancesOfPU: [Int: [Int]]
  private let marks: TopologyMarks
  private let highest: [String: Int]

  /// A machine of more PUs is drawn with like siblings put together.
  static let mostPUs = 512
  /// Colours of instances; they come again after so many, the numbers do not.
  static let colours = 8
  private static let margin = 20.0

  /// Makes a picture.
  ///
  /// - Parameters:
  ///   - instances: The OS indices of the PUs of each instance, to be marked.
  ///   - caption: What the instances are, for example the words of a placement.
  public init(_ topology: Topology, instances: [[Int]] = [], caption: String? = nil) {
    self.topology = topology
    self.instances = instances
    self.caption = caption
    instancesOfPU = Dictionary(
      instances.enumerated().flatMap { number, pus in Set(pus).map { ($0, [number]) } }, uniquingKeysWith: +)
    marks = TopologyMarks(topology)
    highest = Self.highest(topology.root)
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    let isCollapsed = instances.isEmpty && topology.root.pus.count > Self.mostPUs
    let machine = box(TopologyOutline(topology, isCollapsed: isCollapsed))
    let title = [Self.title(topology), caption].compactMap { $0 }
    let texts = title + facts(isCollapsed: isCollapsed)
    let longest = texts.enumerated().map { TopologyBox.width(of: $1, size: $0 == 0 ? 17 : 12) }.max() ?? 0
    let width = max(machine.width, longest, 360)

    var canvas = SVGCanvas()
    var top = Self.margin + 16
    for (index, text) in texts.enumerated() {
      canvas.text(text, Self.margin, top, index == 0 ? "title" : "name")
      top += index == 0 ? 24 : 18
    }
    machine.draw(on: &canvas, x: Self.margin, y: top, width: machine.width)
    top += machine.height + 12
    if let offline = offlineBox {
      offline.draw(on: &canvas, x: Self.margin, y: top, width: offline.width)
      top += offline.height + 12
    }
    top = TopologyLegend(self).draw(on: &canvas, x: Self.margin, y: top, width: width)
    let total = max(width, offlineBox?.width ?? 0) + 2 * Self.margin
    return canvas.picture(
      "topology", width: total, height: top + Self.margin, title: title.joined(separator: ": "), style: Self.style)
  }

  /// What the machine has in all.
  static func title(_ topology: Topology) -> String {
    let counts = [
      ("Package", "package"), ("NUMANode", "NUMA node"), ("Core", "core"), ("PU", "PU"),
    ].compactMap { type, noun -> String? in
      let count = topology.objects(type).count
      return count == 0 ? nil : Figure.counted(count, noun)
    }
    return counts.joined(separator: ", ") + (topology.root.bytes.map { ", \(Figure.binary($0))" } ?? "")
  }

  private func facts(isCollapsed: Bool) -> [String] {
    var lines: [String] = []
    if topology.allowedPUs.count < topology.root.pus.count {
      lines.append("This process may use \(Figure.counted(topology.allowedPUs.count, "PU")).")
    }
    if let quota = topology.quota {
      lines.append("Quota: \(Figure.plain(quota.cpus)) of \(Figure.counted(topology.allowedPUs.count, "CPU")).")
    }
    if isCollapsed { lines.append("Parts that are alike are drawn once.") }
    return lines
  }

  /// Boxes of an object, or of several that are alike.
  private func box(_ outline: TopologyOutline) -> TopologyBox {
    guard let object = outline.copies.first else { return TopologyBox(.frame, style: "part", labels: []) }
    if object.type == "PU" { return cell(outline, object) }
    let memory = outline.children.filter { Self.isMemory($0) }.map { box($0) }
    let others = outline.children.filter { !Self.isMemory($0) }.map { box($0) }
    let label = label(outline, object, number: nil)
    let room = self.label(outline, object, number: highest[object.type])
    switch object.type {
    case "Core":
      let kind = topology.kinds.first { kind in object.pus.first.map(kind.pus.contains) == true }
      return TopologyBox(
        .core, style: kind?.role == .efficiency ? "core economic" : "core", labels: [label], room: room,
        bars: memory, children: others)
    case "NUMANode", "MemCache":
      return TopologyBox(
        .bar, style: object.isAllowed ? "memory" : "memory barred", labels: [label], room: room, bars: memory,
        children: others)
    case let type where type.hasSuffix("Cache"):
      return TopologyBox(
        .bar, style: "cache", labels: [label], room: room, bars: memory,
        children: others)
    default:
      let style = object.type == "Group" ? "part loose" : "part"
      return TopologyBox(
        .frame, style: style, labels: [label], room: room, bars: memory,
        children: others)
    }
  }

  /// - Parameter number: The number to write instead of the object's own.
  private func label(_ outline: TopologyOutline, _ object: TopologyObject, number other: Int?) -> String {
    let times = outline.count > 1 ? "\(outline.count) × " : ""
    let number =
      object.type == "Machine" || object.type.hasSuffix("Cache") || outline.copies.count > 1
      ? "" : " \(other ?? Self.number(object))"
    let kind = topology.kinds.first { kind in object.type == "Core" && object.pus.first.map(kind.pus.contains) == true }
    let words = kind.map { [$0.letter] } ?? marks.words(of: object)
    // Beside a number a size needs a mark between.
    let size = object.bytes.map { (number.isEmpty ? " " : " · ") + Figure.binary($0) } ?? ""
    return times + object.typeName + number + size + words.map { " · \($0)" }.joined()
  }

  private func cell(_ outline: TopologyOutline, _ object: TopologyObject) -> TopologyBox {
    let number = Self.number(object)
    let own = instancesOfPU[number] ?? []
    var labels = [outline.copies.count > 1 ? "\(outline.count) × PU" : "\(number)"]
    if !instances.isEmpty { labels.append(own.isEmpty ? "" : "#" + own.map { String($0 + 1) }.joined(separator: "+")) }
    // One size for all, whether they are of an instance or not.
    let room = ["\(highest["PU"] ?? 0)", instances.isEmpty ? "" : "#\(instances.count)"].max { $0.count < $1.count }
    let style = own.first.map { "pu i\($0 % Self.colours)" } ?? (object.isAllowed ? "pu" : "pu barred")
    return TopologyBox(.cell, style: style, labels: labels, room: room ?? "", isCrossed: !object.isAllowed)
  }

  /// The number by which an object is known: the system's for what programs are bound to.
  private static func number(_ object: TopologyObject) -> Int {
    ["PU", "NUMANode"].contains(object.type) ? object.osIndex ?? object.logicalIndex : object.logicalIndex
  }

  /// The highest number of each type.
  private static func highest(_ object: TopologyObject) -> [String: Int] {
    object.children.reduce(into: [object.type: number(object)]) { numbers, child in
      numbers.merge(highest(child)) { max($0, $1) }
    }
  }

  /// PUs that are not in the tree, as far as they can be shown one by one.
  private var offlineBox: TopologyBox? {
    guard !topology.offlinePUs.isEmpty else { return nil }
    let pus = topology.offlinePUs
    let name = "Offline or left out: \(Figure.counted(pus.count, "PU"))"
    return TopologyBox(
      .frame, style: "part loose", labels: [pus.count > 64 ? "\(name), \(pus[0]) to \(pus[pus.count - 1])" : name],
      children: pus.count > 64
        ? [] : pus.map { TopologyBox(.cell, style: "pu offline", labels: ["(\($0))"], room: "(\(pus[pus.count - 1]))") }
    )
  }

  private static func isMemory(_ outline: TopologyOutline) -> Bool {
    ["NUMANode", "MemCache"].contains(outline.copies.first?.type)
  }
}

extension Topology.Kind {
  /// A short mark: P for performance, E for efficiency, M for what is between them.
  var letter: String {
    switch role {
    case .performance: "P"
    case .efficiency: "E"
    case .intermediate: "M"
    case nil: "K\(index)"
    }
  }
}
