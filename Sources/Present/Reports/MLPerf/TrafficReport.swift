import LoadGen

/// What `assay mlperf schedule` prints: the loaded sets and the first queries.
public struct TrafficReport {
  private let listing: TrafficListing
  private let style: ReportStyle

  /// The most samples of a set that are shown; `--json` has them all.
  private static let shownSamples = 64

  /// Makes a report.
  public init(_ listing: TrafficListing, style: ReportStyle = ReportStyle()) {
    self.listing = listing
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String { (sets + [""] + table + [""] + notes).joined(separator: "\n") + "\n" }

  private var settings: TestSettings { listing.effective }
  private var isServer: Bool { settings.scenario == .server }
  private var isOffline: Bool { settings.scenario == .offline }

  private var sets: [String] {
    style.footnotes(
      listing.parts.enumerated().map { number, part in
        let shown = part.samples.prefix(Self.shownSamples).map(String.init).joined(separator: " ")
        let more = part.samples.count - Self.shownSamples
        let lead = listing.parts.count == 1 ? "loaded set" : "set \(number + 1)"
        return (lead, more > 0 ? "\(shown) and \(Figure.exact(more)) more" : shown)
      })
  }

  private var table: [String] {
    var columns = [TextTable.Column(isOffline ? "sample" : "query", .right)]
    if isServer { columns += [.init("due", unit: "ns", .right)] }
    columns += [.init(settings.samplesPerQuery > 1 && !isOffline ? "samples" : "index"), .init("response")]
    var table = TextTable(columns)
    var number = 0
    for (index, part) in listing.parts.enumerated() where !part.queries.isEmpty {
      if listing.parts.count > 1 { table.add(group: "set \(index + 1)") }
      for query in part.queries {
        for row in rows(of: query) {
          table.add(row: ["\(number)"] + row)
          number += 1
        }
      }
    }
    return table.rendered(style)
  }

  /// Offline's one query has a row for every sample, the others one for all.
  private func rows(of query: TrafficListing.Query) -> [[String]] {
    if isOffline {
      let logged = Set(query.logged)
      return query.samples.enumerated().map { place, sample in ["\(sample)", logged.contains(place) ? "logged" : ""] }
    }
    let samples = query.samples.map(String.init).joined(separator: " ")
    let logged =
      query.logged.isEmpty
      ? "" : query.logged.count == query.samples.count ? "logged" : "\(query.logged.count) logged"
    return [(isServer ? [query.due.map(String.init) ?? ""] : []) + [samples, logged]]
  }

  private var notes: [String] {
    var notes = [
      ("scenario", "\(settings.scenario.rawValue), \(settings.mode.rawValue)"),
      ("library", "\(Figure.exact(listing.library.totalCount)) samples, of which \(loaded)"),
    ]
    if isOffline {
      let count = settings.mode == .accuracy ? "every sample once" : "\(Figure.exact(settings.samplesPerQuery)) samples"
      notes.append(("query", "one, of \(count)"))
    } else if settings.mode == .performance, settings.issue == .drawn {
      let least = Figure.counted(settings.minQueryCount, "query", "queries")
      notes.append(("least", "\(least): the order of samples depends on this number"))
    }
    if isServer { notes.append(("arrivals", Self.sentence(settings.arrivals, rate: settings.targetQPS ?? 0))) }
    return style.footnotes(notes)
  }

  private var loaded: String {
    let rule = settings.loadedSetRule == .upTo5 ? "up to 5.1" : "from 6.0"
    let counts = listing.parts.map(\.count)
    guard counts.count == 1, let count = counts.first else {
      return "\(Figure.exact(counts.reduce(0, +))) are loaded in \(Figure.counted(counts.count, "set"))"
    }
    return "\(Figure.exact(count)) are loaded by LoadGen's rule \(rule)"
  }

  private static func sentence(_ shape: ArrivalShape, rate: Double) -> String {
    let rate = Figure.plain(rate)
    return switch shape {
    case .poisson: "Poisson, \(rate) queries a second"
    case .constant: "evenly, \(rate) queries a second"
    case .burst(let size): "bursts of \(Figure.exact(size)), \(rate) queries a second"
    case .ramp(let from, let to, let over):
      "Poisson, from \(Figure.plain(from)) to \(Figure.plain(to)) times \(rate) queries a second in "
        + TimeSpan.text(over)
    case .replay(let instants): "a trace of \(Figure.counted(instants.count, "query", "queries"))"
    }
  }
}
