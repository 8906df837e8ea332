/// A table of a page. Without scripts it is a table; with them its heads sort it and, where it is long, a field filters it.
struct PageTable {
  private let caption: String
  private let columns: [Column]
  private let isSortable: Bool
  private var rows: [String] = []

  /// Makes an empty table. Its first column names the rows.
  ///
  /// - Parameter isSortable: false for tables whose order says something.
  init(_ caption: String, _ columns: [Column], isSortable: Bool = true) {
    self.caption = caption
    self.columns = columns
    self.isSortable = isSortable
  }

  /// One column.
  struct Column {
    let title: String
    let unit: String?
    let isNumber: Bool

    /// A column of words.
    static func words(_ title: String) -> Column { Column(title: title, unit: nil, isNumber: false) }

    /// A column of numbers.
    static func number(_ title: String, unit: String? = nil) -> Column {
      Column(title: title, unit: unit, isNumber: true)
    }
  }

  /// One cell.
  struct Cell {
    let html: String
    /// What the column is sorted by; nil for words and for what is not known, which comes last.
    let value: Double?

    /// Text, sorted as such or by `value`.
    init(_ text: String, _ value: Double? = nil) {
      html = HTML.text(text)
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// HTML, which has to be safe.
    init(html: String, _ value: Double? = nil) {
      self.html = html
      self.value = value
    }
  }

  /// Rows so far.
  var count: Int { rows.count }

  /// Adds a row; missing cells are empty, surplus ones are left out.
  mutating func add(_ cells: [Cell]) {
    var row = "<tr>"
    for (index, column) in columns.enumerated() {
      let cell = index < cells.count ? cells[index] : Cell("")
      let value = column.isNumber ? cell.value.map { " data-v=\"\($0)\"" } ?? "" : ""
      let style = column.isNumber ? " class=\"n\"" : ""
      row +=
        index == 0
        ? "<th scope=\"row\"\(style)\(value)>\(cell.html)</th>" : "<td\(style)\(value)>\(cell.html)</td>"
    }
    rows.append(row + "</tr>")
  }

  /// The table in a box of its own, within which it scrolls.
  ///
  /// - Parameter id: unique in the page; letters, digits and `-`.
  func html(id: String) -> String {
    let heads = columns.map { column in
      "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>\(HTML.text(column.title))"
        + (column.unit.map { " <span class=\"unit\">\(HTML.text($0))</span>" } ?? "") + "</th>"
    }
    let lines =
      [
        "<div class=\"table\"><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"\(id)\">",
        "<table\(isSortable ? " data-sortable=\"\"" : "")><caption id=\"\(id)\">\(HTML.text(caption))</caption>",
        "<thead><tr>\(heads.joined())</tr></thead>", "<tbody>",
      ] + rows + ["</tbody></table></div></div>"]
    return lines.joined(separator: "\n")
  }
}
