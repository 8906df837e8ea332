import Analysis
import Records

/// What is wrong with a run, as lines that GitHub Actions shows beside the job: failures as errors, the rest as warnings.
///
/// GitHub shows at most ten of a kind for a step, so that disturbances are one line a kind and not one a cell.
struct GitHubAnnotationsExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] { [runs.flatMap(lines).map { $0 + "\n" }.joined()] }

  private func lines(of run: ExportRun) -> [String] {
    failures(of: run) + incompleteness(of: run) + disturbances(of: run)
      + run.record.warnings.map { GitHubCommand(.warning, title: "Assay: the machine", $0).line }
  }

  private func failures(of run: ExportRun) -> [String] {
    run.record.cells.compactMap { result in
      result.failure.map { failure in
        let words = [failure.reason] + failure.lastErrorLines + ["Again: \(result.repro)"]
        return GitHubCommand(
          .error, title: "Assay: \(result.id) failed", words.map(\.printable).joined(separator: "\n")
        ).line
      }
    }
  }

  private func incompleteness(of run: ExportRun) -> [String] {
    let missing = run.record.cells.filter { !$0.isFinished }.map(\.id)
    guard !missing.isEmpty else { return [] }
    return [
      GitHubCommand(.warning, title: "Assay: the run is incomplete", Self.list("Without all rounds:", missing)).line
    ]
  }

  private func disturbances(of run: ExportRun) -> [String] {
    let list = NoteList(run.summary.cells)
    return list.notes.map { note in
      let cells = run.summary.cells.filter { list.marks(of: $0).split(separator: " ").contains { $0 == note.mark } }
      let name = note.text.prefix { $0 != ":" }
      return GitHubCommand(.warning, title: "Assay: \(name)", Self.list(note.text + "\nIn", cells.map(\.id))).line
    }
  }

  /// The first names, and how many more there are.
  private static func list(_ lead: String, _ ids: [String]) -> String {
    let shown = ids.prefix(10).map(\.printable).joined(separator: ", ")
    return "\(lead) \(shown)\(ids.count > 10 ? " and \(ids.count - 10) more" : "")."
  }
}

/// One workflow command of GitHub Actions that makes an annotation.
///
/// Source: GitHub's documentation "Workflow commands for GitHub Actions" and the `command` module of actions/toolkit: `%`, CR
/// and LF are written `%25`, `%0D` and `%0A`; in properties `:` and `,` are `%3A` and `%2C` too.
struct GitHubCommand {
  private let kind: Kind
  private let title: String
  private let message: String

  /// How grave it is.
  enum Kind: String { case error, warning, notice }

  init(_ kind: Kind, title: String, _ message: String) {
    self.kind = kind
    self.title = title
    self.message = message
  }

  /// The line, without its end.
  var line: String { "::\(kind.rawValue) title=\(Self.property(title.printable))::\(Self.data(message))" }

  private static func data(_ text: String) -> String {
    String(
      text.unicodeScalars.flatMap { scalar -> String.UnicodeScalarView in
        switch scalar {
        case "%": "%25".unicodeScalars
        case "\r": "%0D".unicodeScalars
        case "\n": "%0A".unicodeScalars
        default: String(Character(scalar)).printable.unicodeScalars
        }
      }.map(Character.init))
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
