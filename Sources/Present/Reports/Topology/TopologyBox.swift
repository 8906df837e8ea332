import Glibc
import Topology

/// A box of the picture of a machine: its size follows from its text and from the boxes inside.
struct TopologyBox {
  /// How a box looks.
  enum Form: Hashable {
    /// A frame with its name at the top: machine, package, die, group.
    case frame
    /// A bar above what shares it: a cache, or memory.
    case bar
    /// A frame around hardware threads.
    case core
    /// A hardware thread; one line of text, or two.
    case cell
  }

  /// How the box looks.
  let form: Form
  /// The class of its rectangle.
  let style: String
  /// What stands in it; of a cell each in a line of its own.
  let labels: [String]
  /// Whether it is crossed out.
  let isCrossed: Bool
  /// Bars below its name over its whole width: memory.
  let bars: [TopologyBox]
  /// The boxes inside.
  let children: [TopologyBox]
  /// How many of `children` stand in each row.
  let rows: [Int]
  /// The least width that holds text and children.
  let width: Double
  /// The height.
  let height: Double

  /// The height of a line of text in a bar or a cell.
  static let line = 18.0
  /// The gap between bars, and between a bar and what is below it.
  static let gap = 3.0
  /// Width to height that rows are broken for.
  private static let aspect = 1.6
  /// Rows of at most this many children are tried.
  private static let mostColumns = 64

  /// Makes a box and breaks its children into rows.
  ///
  /// - Parameter room: A text for which there must be room too: with boxes of one size, rows become columns as well.
  init(
    _ form: Form, style: String, labels: [String], room: String = "", isCrossed: Bool = false,
    bars: [TopologyBox] = [], children: [TopologyBox] = []
  ) {
    self.form = form
    self.style = style
    self.labels = labels
    self.isCrossed = isCrossed
    self.bars = bars
    self.children = children
    let gap = Self.gap(between: children)
    let (rows, inner, depth) = Self.rows(of: children, gap: gap)
    self.rows = rows
    let text = (labels + [room]).map { Self.width(of: $0, size: form.textSize) }.max() ?? 0
    let content = max(inner, bars.map(\.width).max() ?? 0)
    width = max(text + 10, content + 2 * form.padding).rounded(.up)
    let top = form == .cell ? Self.line * Double(max(labels.count, 1)) + 4 : form.header
    let below = bars.map { $0.height + Self.gap }.reduce(0, +) + (children.isEmpty ? 0 : depth + Self.gap)
    height = top + below + (below > 0 ? form.padding : 0)
  }

  /// The width of a text: that of the widest of the fonts that pictures ask for, so that text fits with any.
  static func width(of text: String, size: Double) -> Double { Double(text.displayWidth) * size * 0.62 }

  /// The space between children: the greater the higher they stand.
  static func gap(between children: [TopologyBox]) -> Double {
    if children.contains(where: { $0.form == .frame }) { return 10 }
    if children.contains(where: { $0.form != .cell && $0.children.contains { $0.form != .cell } }) { return 8 }
    return children.contains { $0.form == .core } ? 5 : gap
  }

  /// Breaks children into rows such that together they have about the shape of a page and leave little of it empty.
  private static func rows(
    of children: [TopologyBox], gap: Double
  ) -> (rows: [Int], width: Double, height: Double) {
    var best: (rows: [Int], width: Double, height: Double) = ([], 0, 0)
    var least = Double.infinity
    var room = -gap
    let area = children.map { $0.width * $0.height }.reduce(0, +)
    for child in children.prefix(mostColumns) {
      room += child.width + gap
      let broken = flow(children, gap: gap, room: room)
      let empty = 1 - area / (broken.width * broken.height)
      let distance = abs(log(broken.width / broken.height / aspect)) + 4 * empty
      if distance < least { (best, least) = (broken, distance) }
    }
    return best
  }

  /// Rows that are filled one after the other.
  private static func flow(
    _ children: [TopologyBox], gap: Double, room: Double
  ) -> (rows: [Int], width: Double, height: Double) {
    var rows: [Int] = []
    var (width, height, used, tallest, count) = (0.0, -gap, 0.0, 0.0, 0)
    for child in children {
      // The tolerance keeps sums that are equal but for rounding in one row.
      if count > 0, used + gap + child.width > room + 0.01 {
        rows.append(count)
        height += tallest + gap
        (used, tallest, count) = (0, 0, 0)
      }
      used += child.width + (count > 0 ? gap : 0)
      tallest = max(tallest, child.height)
      width = max(width, used)
      count += 1
    }
    return (rows + [count], width, height + tallest + gap)
  }
}

extension TopologyBox.Form {
  /// The size of its text in pixels; ``TopologyPicture``'s styles say the same.
  var textSize: Double { self == .frame ? 12 : 11 }

  /// The space around children.
  var padding: Double {
    switch self {
    case .frame: 8
    case .core: 4
    case .bar, .cell: 0
    }
  }

  /// The height of what stands above children.
  var header: Double { self == .frame ? 22 : TopologyBox.line }
}
