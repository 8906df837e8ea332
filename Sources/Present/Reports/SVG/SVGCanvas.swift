/// Collects the elements of an SVG picture. Numbers get two decimals, so that the same picture has the same bytes
/// everywhere; text is escaped.
struct SVGCanvas {
  private(set) var elements: [String] = []

  /// Adds a line.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    add(
      "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" class=\"\(style)\"/>")
  }

  /// Adds a circle; `hint` is what a browser shows when the pointer rests on it.
  mutating func circle(_ x: Double, _ y: Double, radius: Double, _ style: String, hint: String? = nil) {
    let start = "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" class=\"\(style)\""
    add(hint.map { "\(start)><title>\(Self.escaped($0))</title></circle>" } ?? "\(start)/>")
  }

  /// Adds a rectangle; `hint` as for circles.
  mutating func rectangle(
    _ x: Double, _ y: Double, width: Double, height: Double, _ style: String, hint: String? = nil
  ) {
    let start =
      "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
      + "class=\"\(style)\""
    add(hint.map { "\(start)><title>\(Self.escaped($0))</title></rect>" } ?? "\(start)/>")
  }

  /// Adds a line through several points.
  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
    add("<polyline points=\"\(list(points))\" class=\"\(style)\"/>")
  }

  /// Adds a filled shape with the given corners; `hint` is what a browser shows when the pointer rests on it.
  mutating func polygon(_ corners: [(x: Double, y: Double)], _ style: String, hint: String? = nil) {
    let start = "<polygon points=\"\(list(corners))\" class=\"\(style)\""
    add(hint.map { "\(start)><title>\(Self.escaped($0))</title></polygon>" } ?? "\(start)/>")
  }

  private func list(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  /// Where a text's given point lies.
  enum Anchor: String {
    case start, middle, end
  }

  /// Adds a text on the baseline `y`, turned by `degrees` around its point.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ style: String, anchor: Anchor = .start, degrees: Double = 0
  ) {
    let turn = degrees == 0 ? "" : " transform=\"rotate(\(number(degrees)) \(number(x)) \(number(y)))\""
    add(
      "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(style)\" text-anchor=\"\(anchor.rawValue)\"\(turn)>"
        + "\(Self.escaped(text))</text>")
  }

  /// The picture: what was added, on a background, with the styles of ``SVGStyle/base`` and those of `style`.
  ///
  /// - Parameters:
  ///   - kind: see ``SVGPicture/kind``.
  ///   - title: what readers hear that do not see it.
  func picture(_ kind: String, width: Double, height: Double, title: String, style: SVGStyle) -> SVGPicture {
    var background = SVGCanvas()
    background.rectangle(0, 0, width: width, height: height, "background")
    return SVGPicture(
      kind: kind, width: width, height: height, title: title, style: style,
      elements: background.elements + elements)
  }

  private mutating func add(_ element: String) { elements.append(element) }

  private func number(_ value: Double) -> String { Figure.fixed(value, 2) }

  /// Text as XML content; control characters become U+FFFD.
  static func escaped(_ text: String) -> String {
    text.printable.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
