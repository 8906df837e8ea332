/// A table as data: columns with titles, units and alignment, and rows of text. Rendering is separate and fits a width.
struct TextTable: Hashable, Sendable {
  /// What the columns are.
  var columns: [Column]
  /// The lines between the heads and the end.
  var lines: [Line] = []

  /// Makes an empty table.
  init(_ columns: [Column]) { self.columns = columns }

  /// One column.
  struct Column: Hashable, Sendable {
    /// The name at the head.
    let title: String
    /// The unit behind the name.
    let unit: String?
    /// Text to the left, numbers to the right.
    let alignment: Alignment
    /// Columns with the highest number go first where the width is too small; nil for columns that stay.
    let dropOrder: Int?
    /// Whether the column's text may be cut with an ellipsis where the width is still too small.
    let isShortenable: Bool

    /// Makes a column.
    init(
      _ title: String, unit: String? = nil, _ alignment: Alignment = .left, dropOrder: Int? = nil,
      isShortenable: Bool = false
    ) {
      self.title = title
      self.unit = unit
      self.alignment = alignment
      self.dropOrder = dropOrder
      self.isShortenable = isShortenable
    }

    var head: String { unit.map { "\(title) \($0)" } ?? title }
  }

  /// The side to which a column's text is moved.
  enum Alignment: Hashable, Sendable {
    case left, right
  }

  /// One line of a table.
  enum Line: Hashable, Sendable {
    /// One text for each column.
    case row([String])
    /// A heading over the rows that follow.
    case group(String)
  }

  /// Adds a row; missing texts are empty, surplus ones are left out.
  mutating func add(row: [String]) {
    let texts = row.prefix(columns.count).map(\.printable)
    lines.append(.row(texts + Array(repeating: "", count: columns.count - texts.count)))
  }

  /// Adds a heading over the rows that follow.
  mutating func add(group: String) { lines.append(.group(group.printable)) }

  /// The table as lines without line feeds, none wider than `style.tableWidth` unless columns that must stay need more.
  ///
  /// Where the width is too small, gaps shrink from two spaces to one, then columns go by their drop order (and come back
  /// where a wide one left room for a narrow one), then shortenable columns are cut. A last line names the columns that went.
  func rendered(_ style: ReportStyle) -> [String] {
    var shown = Array(columns.indices)
    var dropped: [Int] = []
    var gap = 2
    let natural = columns.indices.map(naturalWidth)
    func total() -> Int { shown.reduce(0) { $0 + natural[$1] } + gap * max(0, shown.count - 1) + indent }
    if total() > style.tableWidth { gap = 1 }
    while total() > style.tableWidth, let last = shown.filter({ columns[$0].dropOrder != nil }).max(by: isKeptLonger) {
      shown.removeAll { $0 == last }
      dropped.append(last)
    }
    for column in dropped.reversed() where total() + gap + natural[column] <= style.tableWidth {
      dropped.removeAll { $0 == column }
      shown = columns.indices.filter { !dropped.contains($0) }
    }
    var widths = natural
    var excess = total() - style.tableWidth
    for index in shown where columns[index].isShortenable && excess > 0 {
      let narrowed = max(8, widths[index] - excess)
      excess -= max(0, widths[index] - narrowed)
      widths[index] = min(widths[index], narrowed)
    }
    func joined(_ texts: [String]) -> String {
      let cells = shown.map { texts[$0].shortened(to: widths[$0]).padded(to: widths[$0], columns[$0].alignment) }
      let line = String(repeating: " ", count: indent) + cells.joined(separator: String(repeating: " ", count: gap))
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    var result = [style.text(joined(columns.map(\.head)), .subdued)]
    for line in lines {
      switch line {
      case .row(let texts): result.append(joined(texts))
      case .group(let text): result.append(style.text(text.shortened(to: style.tableWidth), .title))
      }
    }
    if !dropped.isEmpty {
      let names = dropped.sorted().map { columns[$0].title }.joined(separator: ", ")
      result += style.paragraph("Hidden for want of width: \(names).", lead: String(repeating: " ", count: indent))
    }
    return result
  }

  /// Whether all columns fit as they are.
  func fits(_ style: ReportStyle) -> Bool {
    let widths = columns.indices.map(naturalWidth)
    return widths.reduce(0, +) + 2 * max(0, widths.count - 1) + indent <= style.tableWidth
  }

  private var indent: Int { lines.contains { if case .group = $0 { true } else { false } } ? 2 : 0 }

  private func naturalWidth(_ index: Int) -> Int {
    lines.reduce(columns[index].head.displayWidth) { width, line in
      if case .row(let texts) = line { max(width, texts[index].displayWidth) } else { width }
    }
  }

  private func isKeptLonger(_ left: Int, _ right: Int) -> Bool {
    (columns[left].dropOrder ?? 0) < (columns[right].dropOrder ?? 0)
  }
}
