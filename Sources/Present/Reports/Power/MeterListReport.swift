import Energy

/// The energy meters of a machine, and why those cannot be read that cannot.
public struct MeterListReport {
  private let listings: [MeterListing]
  private let style: ReportStyle

  /// Makes a report.
  public init(_ listings: [MeterListing], style: ReportStyle = ReportStyle()) {
    self.listings = listings
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    var table = TextTable([
      .init("meter"), .init("available"), .init("measures"), .init("counts", isShortenable: true),
      .init("new value every", unit: "ms", .right, dropOrder: 1), .init("accuracy", dropOrder: 0),
    ])
    for meter in listings {
      table.add(row: [
        meter.name, meter.isAvailable ? "yes" : "no", meter.scope?.words ?? "", meter.domains.joined(separator: ", "),
        meter.updateInterval.map { Figure.plain($0 * 1000) } ?? "", meter.accuracy,
      ])
    }
    let reasons = listings.compactMap { meter in meter.reason.map { (lead: meter.name, text: $0) } }
    let verdict =
      listings.contains(where: \.isAvailable)
      ? "Meters overlap, so their readings are never added." : "No meter can be read here, so energy is unavailable."
    let more =
      "Meters beside the machine are named by options: --ptdaemon, --redfish, --ipmi, --meter (any command or CSV file)."
    return
      (table.rendered(style) + [""] + style.footnotes(reasons) + style.paragraph(verdict, lead: "  ", nil)
      + style.paragraph(more, lead: "  ", nil))
      .joined(separator: "\n") + "\n"
  }
}
