extension SVGStyle {
  /// The colour of each precision, by its class: strokes, and fills of what has the class `filled` too.
  static func precisions(filled: String) -> SVGStyle {
    SVGStyle(
      light: rules(
        [
          ("fp32", "#1d4ed8"), ("tf32", "#0369a1"), ("bf16", "#7e22ce"), ("fp16", "#0f766e"), ("fp8", "#be185d"),
          ("mx", "#4d7c0f"), ("int8", "#c2410c"), ("int4", "#57534e"),
        ], filled),
      dark: rules(
        [
          ("fp32", "#60a5fa"), ("tf32", "#38bdf8"), ("bf16", "#c084fc"), ("fp16", "#2dd4bf"), ("fp8", "#f472b6"),
          ("mx", "#a3e635"), ("int8", "#fb923c"), ("int4", "#d6d3d1"),
        ], filled))
  }

  private static func rules(_ colours: [(name: String, colour: String)], _ filled: String) -> String {
    colours.map { ".\($0) { stroke: \($1); } .\(filled).\($0) { fill: \($1); }" }.joined(separator: "\n")
  }
}
