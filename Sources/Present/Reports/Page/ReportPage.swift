import Analysis
import HostState
import Records

/// One or several records as a page for a browser: a single file that loads nothing, readable without scripts, on paper, on a
/// phone, in light and dark, and by ear.
public struct ReportPage {
  /// What a page can show.
  public enum Item {
    /// A run, a sweep or a study of precisions. The summaries must be the record's own; `path` is where the record lies.
    case run(Record, RunSummary, sweep: SweepSummary?, path: String)
    /// A load line, and where it lies.
    case loadLine(LoadLine, path: String)

    var path: String {
      switch self {
      case .run(_, _, _, let path), .loadLine(_, let path): path
      }
    }
  }

  private let items: [Item]
  private let title: String

  /// Makes a page.
  ///
  /// - Parameter title: what the page is called; made of its content unless given.
  public init(_ items: [Item], title: String? = nil) {
    self.items = items
    self.title = title ?? Self.title(items)
  }

  /// The page.
  public var html: String {
    var sections = items.enumerated().map { index, item -> PageSection in
      var section = PageSection(id: "r\(index + 1)")
      switch item {
      case .run(let record, let summary, let sweep, let path):
        RunPage(record: record, summary: summary, sweep: sweep, path: path).write(to: &section)
      case .loadLine(let line, let path): LoadLinePage(line, path: path).write(to: &section)
      }
      // Runs of one suite differ by their files.
      if items.count > 1 { section.title += " (\(item.path.split(separator: "/").last.map(String.init) ?? item.path))" }
      return section
    }
    if items.count > 1 {
      var overview = PageSection(id: "overview")
      PageOverview(items).write(to: &overview)
      sections.insert(overview, at: 0)
    }
    let pictures = SVGPicture.pageRules(sections.flatMap(\.pictures))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <meta name="generator" content="Assay"/>
      <title>\(HTML.text(title))</title>
      <link rel="icon" href="data:,"/>
      <style>
      \(PageStyle.rules)
      \(pictures)
      </style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
      <p class="brand">Assay</p>
      <h1>\(HTML.text(title))</h1>
      </header>
      \(navigation(sections))
      <main id="main" tabindex="-1">
      \(sections.map { $0.rendered(hasLinks: items.count > 1) }.joined(separator: "\n"))
      </main>
      <footer>
      <p>Every figure is recomputed from the raw samples of the record; <code>assay show</code> prints the same. This page \
      loads nothing from anywhere.</p>
      </footer>
      <script>\(PageScript.text)</script>
      </body>
      </html>

      """
  }

  /// Nothing is loaded, whatever a record says; and no script runs but the page's own.
  private static var policy: String {
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(PageScript.sha256)'; img-src data:; "
      + "base-uri 'none'; form-action 'none'"
  }

  /// Links to all parts of one record, or to the records where there are several.
  private func navigation(_ sections: [PageSection]) -> String {
    let links: [(id: String, title: String)] =
      items.count > 1 ? sections.map { ($0.id, $0.title) } : sections.flatMap(\.parts)
    let lines = links.map { "<li><a href=\"#\($0.id)\">\(HTML.text($0.title))</a></li>" }
    return "<nav aria-label=\"Contents\"><ul>\n\(lines.joined(separator: "\n"))\n</ul></nav>"
  }

  private static func title(_ items: [Item]) -> String {
    guard items.count == 1, let item = items.first else { return "Report of \(items.count) measurements" }
    switch item {
    case .run(let record, let summary, _, _):
      return "\(PageOverview.workloads(summary.cells).joined(separator: ", ")) on \(record.machine.cpuModel)"
        .shortened(to: 120)
    case .loadLine(let line, _): return "Load line of \(line.system) on \(line.machine.cpuModel)".shortened(to: 120)
    }
  }
}
