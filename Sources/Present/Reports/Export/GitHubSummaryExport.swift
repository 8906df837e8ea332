import Records

/// The page of a job of GitHub Actions: how the run went in one line, then what people look at first.
///
/// Source: GitHub's documentation of workflow commands, "Adding a job summary": Markdown appended to the file that
/// `GITHUB_STEP_SUMMARY` names, at most 1 MiB a step.
struct GitHubSummaryExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] { [runs.map(text).joined(separator: "\n")] }

  private func text(of run: ExportRun) -> String {
    let sections = MarkdownSections(run)
    let body = MarkdownSections.joined([
      sections.heading, [outcome(of: run)], sections.failures, sections.speed, sections.fidelity,
    ])
    let details = MarkdownSections.joined([sections.machine, sections.unmeasured, sections.notes])
    // The empty line after the summary is what makes Markdown of what follows.
    let folded =
      details.isEmpty ? [] : ["", "<details><summary>Machine and notes</summary>", ""] + details + ["", "</details>"]
    return (body + folded).joined(separator: "\n") + "\n"
  }

  private func outcome(of run: ExportRun) -> String {
    let failed = run.record.cells.count { $0.failure != nil }
    let finished = run.record.cells.count { $0.failure == nil && $0.isFinished }
    var parts = ["\(finished) of \(Figure.counted(run.record.cells.count, "cell")) measured"]
    if failed > 0 { parts.append("**\(failed) failed**") }
    if run.record.status == .incomplete { parts.append("**the run is incomplete**") }
    return parts.joined(separator: ", ") + "."
  }
}
