import Analysis
import Store

/// The records of a history as a table.
public struct HistoryReport {
  private let listing: RecordListing
  private let style: ReportStyle

  /// Makes a report.
  public init(_ listing: RecordListing, style: ReportStyle = ReportStyle()) {
    self.listing = listing
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    guard !listing.records.isEmpty else {
      let sentence =
        listing.total > 0
        ? "\(Figure.counted(listing.total, "record")), none shown."
        : "No record of \(listing.store) is meant by these options; assay history list alone shows all."
      return style.paragraph(sentence, lead: "").joined(separator: "\n") + "\n"
    }
    return (table + [""] + machines + notes).joined(separator: "\n") + "\n"
  }

  private var table: [String] {
    let keyLength = keyLength
    let hasIncomplete = listing.records.contains { $0.status != "complete" }
    var table = TextTable([
      .init("#", .right), .init("began"), .init("suite", isShortenable: true), .init("label", isShortenable: true),
      .init("cells", .right), .init(""), .init("machine"), .init("assay", dropOrder: 2),
      .init("file", dropOrder: 3, isShortenable: true),
    ])
    if !hasIncomplete { table.columns.remove(at: 5) }
    for record in listing.records {
      var row = [
        "\(record.number)", record.createdAt, record.suite, record.label ?? "", "\(record.cells)",
        record.status == "complete" ? "" : "!", String(record.machine.key.prefix(keyLength)), record.tool, record.path,
      ]
      if !hasIncomplete { row.remove(at: 5) }
      table.add(row: row)
    }
    return table.rendered(style)
  }

  /// Digits of a key that are shown in rows: eight, or as many as tell the machines apart.
  private var keyLength: Int {
    let keys = Set(listing.records.map(\.machine.key))
    return (8...16).first { length in Set(keys.map { $0.prefix(length) }).count == keys.count } ?? 16
  }

  private var machines: [String] {
    var shown: [String] = []
    var lines: [String] = []
    for record in listing.records where !shown.contains(record.machine.key) {
      shown.append(record.machine.key)
      lines += style.paragraph(
        record.machine.facts, lead: "\(record.machine.key.shortened(to: 16))  ", .subdued)
    }
    return lines
  }

  private var notes: [String] {
    var notes: [String] = []
    if listing.records.contains(where: { $0.status != "complete" }) {
      notes.append("! Added before it was complete.")
    }
    if listing.total > listing.records.count {
      notes.append(
        "\(listing.records.count) of \(Figure.counted(listing.total, "record")); --limit \(listing.total) shows all.")
    }
    return notes.flatMap { style.paragraph($0, lead: "") }
  }
}
