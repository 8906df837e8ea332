extension TopologyBox {
  /// Draws the box and what is in it with its upper left corner at a point, as wide as there is room.
  func draw(on canvas: inout SVGCanvas, x: Double, y: Double, width: Double) {
    canvas.rectangle(x, y, width: width, height: form == .bar ? form.header : height, style)
    drawLabels(on: &canvas, x: x, y: y, width: width)
    let (left, inner) = (x + form.padding, width - 2 * form.padding)
    var top = y + form.header
    for bar in bars {
      bar.draw(on: &canvas, x: left, y: top + Self.gap, width: inner)
      top += Self.gap + bar.height
    }
    guard !children.isEmpty else { return }
    top += Self.gap
    let gap = Self.gap(between: children)
    let columns = rows.max() ?? 1
    let spare = inner - naturalWidth(gap)
    // Boxes of one width share what room is left; others would get out of line.
    let isUniform = Set(children.map(\.width)).count == 1
    let extra = isUniform ? max(0, spare) / Double(columns) : 0
    var start = 0
    for count in rows {
      let row = children[start..<(start + count)]
      var place = left
      for child in row {
        let wide = child.width + extra
        child.draw(on: &canvas, x: place, y: top, width: wide)
        place += wide + gap
      }
      top += (row.map(\.height).max() ?? 0) + gap
      start += count
    }
  }

  /// The width of the widest row.
  private func naturalWidth(_ gap: Double) -> Double {
    var (start, widest) = (0, 0.0)
    for count in rows {
      widest = max(widest, children[start..<(start + count)].map(\.width).reduce(-gap) { $0 + $1 + gap })
      start += count
    }
    return widest
  }

  private func drawLabels(on canvas: inout SVGCanvas, x: Double, y: Double, width: Double) {
    switch form {
    case .frame: canvas.text(labels.first ?? "", x + 8, y + 16, "name")
    case .bar, .core: canvas.text(labels.first ?? "", x + width / 2, y + 13, "label", anchor: .middle)
    case .cell:
      if isCrossed { canvas.line(x, y + height, x + width, y, "cross") }
      for (index, label) in labels.enumerated() {
        let line = y + 15 + Double(index) * (Self.line - 2)
        canvas.text(label, x + width / 2, line, index == 0 ? "label" : "instance", anchor: .middle)
      }
    }
  }
}
