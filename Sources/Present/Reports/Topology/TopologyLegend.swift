import Topology

/// What the marks in a picture of a machine mean; only those that occur.
struct TopologyLegend {
  private let entries: [(box: TopologyBox, text: String)]

  private static let gap = 8.0

  init(_ picture: TopologyPicture) {
    let topology = picture.topology
    var entries: [(TopologyBox, String)] = []
    if let pu = topology.allowedPUs.first {
      entries.append(
        (TopologyBox(.cell, style: "pu", labels: ["\(pu)"]), "PU (hardware thread) with the system's number"))
    }
    if let pu = topology.disallowedPUs.first {
      entries.append((TopologyBox(.cell, style: "pu barred", labels: ["\(pu)"], isCrossed: true), "not allowed"))
    }
    if let pu = topology.offlinePUs.first {
      entries.append(
        (TopologyBox(.cell, style: "pu offline", labels: ["(\(pu))"]), "offline, or left out of a recording"))
    }
    entries += topology.kinds.reversed().map { kind in
      let style = kind.role == .efficiency ? "core economic" : "core"
      let text = "\(kind.label) core" + (kind.name.map { " (\($0))" } ?? "")
      return (TopologyBox(.core, style: style, labels: [kind.letter]), text)
    }
    if !picture.instances.isEmpty, let pu = picture.instances.first?.first {
      entries.append((TopologyBox(.cell, style: "pu i0", labels: ["\(pu)", "#1"]), "PU of instance 1"))
    }
    if topology.objects("NUMANode").contains(where: { !$0.isAllowed }) {
      entries.append((TopologyBox(.bar, style: "memory barred", labels: ["NUMA node"]), "memory that is not allowed"))
    }
    self.entries = entries
  }

  /// Draws the entries in rows within a width, and returns where they end.
  func draw(on canvas: inout SVGCanvas, x: Double, y: Double, width: Double) -> Double {
    var (left, top, tallest) = (x, y, 0.0)
    for (box, text) in entries {
      let wide = box.width + Self.gap + TopologyBox.width(of: text, size: 12)
      if left > x, left + wide > x + width {
        (left, top, tallest) = (x, top + tallest + Self.gap, 0)
      }
      box.draw(on: &canvas, x: left, y: top, width: box.width)
      canvas.text(text, left + box.width + Self.gap, top + box.height / 2 + 4, "name")
      left += wide + 3 * Self.gap
      tallest = max(tallest, box.height)
    }
    return top + tallest
  }
}
