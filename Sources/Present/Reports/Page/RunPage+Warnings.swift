import Analysis
import Records

extension RunPage {
  /// What may distort figures, and what to do about it.
  func writeWarnings(to section: inout PageSection) {
    let notes = disturbances
    guard !record.warnings.isEmpty || !notes.isEmpty else {
      return section.lack("Warnings", "Nothing warned before the run, and nothing disturbed it.")
    }
    section.begin("warnings", "Warnings, and what to do")
    if !record.warnings.isEmpty {
      section.add("<h4>Before anything ran</h4>")
      section.add(HTML.list(record.warnings.map { $0.shortened(to: Self.longest) }, class: "warnings"))
    }
    if !notes.isEmpty {
      section.add("<h4>While cells ran</h4>\n<dl class=\"notes wide\">")
      for note in notes {
        let cells = summary.cells.filter { $0.disturbances.contains { $0.kind == note.kind } }
        section.add(
          "<div id=\"\(section.id)-\(note.kind.rawValue)\"><dt>\(HTML.text(note.word))</dt><dd>\(HTML.text(note.text)) "
            + "<span class=\"hint\">\(Figure.counted(cells.count, "cell")).</span></dd></div>")
      }
      section.add("</dl>")
    }
    section.end()
  }

  /// A kind of disturbance that occurred.
  struct Note {
    let kind: Disturbance.Kind
    /// What tables call it.
    let word: String
    /// What it means and asks for.
    let text: String
  }

  /// Every kind that occurred, once.
  var disturbances: [Note] {
    let cells = summary.cells
    let kinds = Disturbance.Kind.allCases.filter { kind in
      cells.contains { $0.disturbances.contains { $0.kind == kind } }
    }
    return zip(kinds, NoteList(cells).notes).map { kind, note in
      let parts = note.text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return Note(kind: kind, word: kind.rawValue, text: note.text) }
      return Note(kind: kind, word: String(parts[0]), text: "\(parts[1].dropFirst(1))")
    }
  }

  /// The disturbances of a cell as links to what they mean.
  func marks(of cell: CellSummary, _ notes: [Note], in section: PageSection) -> PageTable.Cell {
    let links = notes.filter { note in cell.disturbances.contains { $0.kind == note.kind } }.map {
      "<a href=\"#\(section.id)-\($0.kind.rawValue)\">\(HTML.text($0.word))</a>"
    }
    return PageTable.Cell(html: links.joined(separator: ", "))
  }
}
