/// The effects of one metric below each other, each with its interval, around the line of no change.
struct ForestPanel {
  let title: String
  /// What is left and right of the line, for example `faster`.
  let sides: (left: String, right: String)
  let rows: [ForestRow]

  static let names = 24.0
  static let left = 420.0
  static let right = 880.0
  static let words = 896.0
  private static let rowHeight = 24.0

  /// How much room it takes.
  var height: Double { 96 + Double(rows.count) * Self.rowHeight }

  func draw(on canvas: inout SVGCanvas, top: Double) {
    let axis = RatioAxis(
      rows.flatMap { [$0.ratio] + ($0.ends.map { [$0.lowerBound, $0.upperBound] } ?? []) }, start: Self.left,
      end: Self.right)
    let (ceiling, bottom) = (top + 40, top + 44 + Double(rows.count) * Self.rowHeight)
    canvas.text(title.shortened(to: 100), Self.names, top + 24, "panel")
    for tick in axis.ticks {
      let place = axis.place(tick)
      canvas.line(place, ceiling, place, bottom, tick == 1 ? "none" : "grid")
      canvas.text(tick == 1 ? "0 %" : ChangeText.ratio(tick), place, bottom + 16, "small", anchor: .middle)
    }
    // Also where no tick lies on it.
    canvas.line(axis.place(1), ceiling, axis.place(1), bottom, "none")
    canvas.text("\u{2190} \(sides.left)", axis.place(1) - 10, bottom + 34, "small", anchor: .end)
    canvas.text("\(sides.right) \u{2192}", axis.place(1) + 10, bottom + 34, "small")
    for (index, row) in rows.enumerated() {
      draw(row, on: &canvas, axis, height: ceiling + (Double(index) + 0.5) * Self.rowHeight + 2)
    }
  }

  private func draw(_ row: ForestRow, on canvas: inout SVGCanvas, _ axis: RatioAxis, height: Double) {
    canvas.text(row.name.shortened(to: 58), Self.names, height + 4, "name")
    if let ends = row.ends {
      let places = (axis.place(ends.lowerBound), axis.place(ends.upperBound))
      canvas.line(places.0, height, places.1, height, "whisker")
      for place in [places.0, places.1] { canvas.line(place, height - 5, place, height + 5, "whisker") }
    }
    let size = 9.0
    canvas.rectangle(
      axis.place(row.ratio) - size / 2, height - size / 2, width: size, height: size, row.isTold ? "told" : "open",
      hint: row.hint)
    canvas.text("\(ChangeText.ratio(row.ratio))  \(row.verdict)", Self.words, height + 4, "name")
  }
}
