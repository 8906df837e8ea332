import LoadGen

/// What `assay mlperf early-stopping` prints: the queries that numbers of over-latency ones need, and what is allowed.
public struct EarlyStoppingReport {
  private let overview: EarlyStopping.Overview
  private let style: ReportStyle

  /// Makes a report.
  public init(_ overview: EarlyStopping.Overview, style: ReportStyle = ReportStyle()) {
    self.overview = overview
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    (heading + table + [""] + answers).joined(separator: "\n") + "\n"
  }

  private var heading: [String] {
    let tolerance = overview.tolerance == 0 ? "" : ", tolerance \(Self.percent(overview.tolerance))"
    let confidence = "confidence \(Self.percent(overview.confidence))\(tolerance)"
    return style.paragraph("Early stopping, percentile \(Self.percent(overview.percentile)), \(confidence)", lead: "")
  }

  private var table: [String] {
    var table = TextTable([
      .init("over latency", .right), .init("under latency needed", .right), .init("queries needed", .right),
    ])
    for row in overview.rows {
      table.add(row: [Figure.exact(row.over), Figure.exact(row.under), Figure.exact(row.queries)])
    }
    return table.rendered(style)
  }

  private var answers: [String] {
    var notes: [(lead: String, text: String)] = []
    if let queries = overview.queries { notes.append((Self.lead(queries.count, "queries"), sentence(queries))) }
    if let over = overview.over { notes.append((Self.lead(over.count, "over"), Self.sentence(over))) }
    if notes.isEmpty {
      let least = overview.rows.first.map { Figure.exact($0.queries) } ?? "?"
      notes.append(("least", "No run of fewer than \(least) queries passes, even with none over the bound."))
    }
    return style.footnotes(notes)
  }

  private static func lead(_ count: Int, _ what: String) -> String { "\(Figure.exact(count)) \(what)" }

  private func sentence(_ queries: EarlyStopping.Overview.Queries) -> String {
    guard let allowed = queries.allowedOver else {
      return "Too few, even with none over the bound."
    }
    let server = "At most \(Figure.exact(allowed)) may be over the bound (Server)."
    guard let estimate = queries.estimate else { return server + " Too few for an estimate of the percentile." }
    let discarded = estimate.discarded == 0 ? "no latency" : "the \(Figure.exact(estimate.discarded)) highest latencies"
    return "\(server) SingleStream and MultiStream discard \(discarded) and report the next: 0-based index "
      + "\(Figure.exact(estimate.index)) in ascending order."
  }

  private static func sentence(_ over: EarlyStopping.Overview.Over) -> String {
    let needed = "\(Figure.exact(over.needed)) queries are needed in all"
    guard let missing = over.missing else { return "\(needed)." }
    return missing == 0 ? "\(needed): there are enough." : "\(needed): \(Figure.exact(missing)) more."
  }

  private static func percent(_ share: Double) -> String { "\(Figure.plain(share * 100)) %" }
}
