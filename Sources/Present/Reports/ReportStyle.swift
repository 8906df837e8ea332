/// Where a report is shown: the width to fill and whether colours are understood.
public struct ReportStyle: Hashable, Sendable {
  /// Columns; lines stay within them wherever the text can be broken or shortened.
  public let width: Int
  /// Columns that tables may fill.
  public let tableWidth: Int
  /// Whether ANSI escape sequences may be written.
  public let isColoured: Bool

  /// The widest that lines get, because longer ones are hard to follow.
  public static let widest = 160

  /// Makes a style; widths below 40 count as 40, above ``widest`` as that.
  ///
  /// - Parameter tableWidth: `width` unless given: files have room for a table's columns where terminals have none.
  public init(width: Int = 100, tableWidth: Int? = nil, isColoured: Bool = false) {
    self.width = min(max(width, 40), Self.widest)
    self.tableWidth = min(max(tableWidth ?? width, 40), Self.widest)
    self.isColoured = isColoured
  }

  /// What a piece of text is to the reader.
  enum Emphasis: String {
    /// A section's title.
    case title = "1"
    /// What groups or explains other text.
    case subdued = "2"
    /// A result to look at.
    case good = "32"
    /// Something that distorts figures.
    case caution = "33"
    /// Something that failed.
    case bad = "31"
  }

  /// The text with its control characters made harmless, in its colour where colours are understood.
  func text(_ text: String, _ emphasis: Emphasis? = nil) -> String {
    guard isColoured, let emphasis, !text.isEmpty else { return text.printable }
    return "\u{1B}[\(emphasis.rawValue)m\(text.printable)\u{1B}[0m"
  }

  /// Text broken at spaces to fit the width: the first line behind `lead`, the others indented as far.
  func paragraph(_ text: String, lead: String, _ emphasis: Emphasis? = nil) -> [String] {
    let indent = String(repeating: " ", count: lead.displayWidth)
    let room = max(width - lead.displayWidth, 20)
    return text.printable.wrapped(to: room).enumerated().map { index, line in
      index == 0 ? self.text(lead, emphasis) + line : indent + line
    }
  }

  /// Explanations under a table, their leads padded to one width.
  func footnotes(_ notes: [(lead: String, text: String)]) -> [String] {
    let width = notes.map(\.lead.displayWidth).max() ?? 0
    return notes.flatMap { paragraph($0.text, lead: "  \($0.lead.padded(to: width, .left))  ", .subdued) }
  }
}
