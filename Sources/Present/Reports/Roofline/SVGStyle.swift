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
}
