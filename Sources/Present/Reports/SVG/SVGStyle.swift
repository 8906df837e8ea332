/// The styles of a picture by class: colours for light backgrounds, and others where the reader prefers dark ones.
struct SVGStyle {
  /// Rules for every reader, one a line.
  let light: String
  /// Rules over them for those who prefer dark backgrounds.
  let dark: String

  /// What every picture uses.
  static let base = SVGStyle(
    light: """
      text { font-family: system-ui, "DejaVu Sans", Arial, sans-serif; font-size: 12px; fill: #1f2937; }
      .background { fill: #ffffff; }
      .title { font-size: 17px; font-weight: 600; }
      .axis { font-size: 13px; }
      .small { font-size: 11px; fill: #6b7280; }
      .frame { fill: none; stroke: #6b7280; stroke-width: 1; }
      .grid { stroke: #e5e7eb; stroke-width: 1; }
      .leader { stroke: #9ca3af; stroke-width: 0.75; }
      """,
    dark: """
      text { fill: #e5e7eb; }
      .background { fill: #111827; }
      .small { fill: #9ca3af; }
      .frame { stroke: #9ca3af; }
      .grid { stroke: #1f2937; }
      .leader { stroke: #6b7280; }
      """)

  /// The element, with the base's rules first.
  var element: String {
    """
    <style>
    \(Self.base.light)
    \(light)
    @media (prefers-color-scheme: dark) {
    \(Self.base.dark)
    \(dark)
    }
    </style>
    """
  }

  /// The same rules, one a line, for nothing but what lies below `selector`.
  ///
  /// Rules are ours and simple: selectors, a block without blocks, and no text with braces.
  static func scoped(_ rules: String, below selector: String) -> [String] {
    rules.split(separator: "}").compactMap { rule in
      let parts = rule.split(separator: "{", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let selectors = parts[0].split(separator: ",").map { "\(selector) \(trimmed($0))" }
      return "\(selectors.joined(separator: ", ")) { \(trimmed(parts[1])) }"
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
