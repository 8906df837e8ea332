import Analysis
import HostState
import NumericFormats
import Records

/// What `assay roofline` prints: the ceilings of this machine as tables.
public struct RooflineReport {
  private let record: RooflineRecord
  private let style: ReportStyle

  /// Makes a report.
  public init(_ record: RooflineRecord, style: ReportStyle = ReportStyle()) {
    self.record = record
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let machine = record.machine
    var lines = [style.text("Roofline", .title)]
    lines += style.footnotes([
      ("CPU", "\(machine.cpuModel) · \(Figure.counted(machine.cores, "core"))"),
      (
        "clock",
        roofline.clocks.map { "\(threads($0.threads)) \(gigahertz($0.hertz.best)) GHz" }.joined(separator: " · ")
      ),
    ])
    lines += ["", style.text("Arithmetic", .title)] + peakTable.rendered(style)
    lines += ["", style.text("Bandwidth", .title)] + bandwidthTable.rendered(style)
    if !roofline.latencies.isEmpty {
      lines += ["", style.text("Latency of one thread", .title)] + latencyTable.rendered(style)
    }
    lines += ["", style.text("Ridge points: operations per byte from which arithmetic binds", .title)]
    lines += ridgeTable.rendered(style)
    lines += style.footnotes(notes)
    return lines.joined(separator: "\n") + "\n"
  }

  private var roofline: Roofline { record.roofline }
  private var counts: [Int] { Set(roofline.placements.map(\.threads)).sorted() }

  /// One group for each thread count, one line for each loop.
  private var peakTable: TextTable {
    var table = TextTable([
      .init("precision"), .init("ISA"), .init("instructions", isShortenable: true), .init("GOP/s", .right),
      .init("±", .right, dropOrder: 2), .init("/cycle", .right, dropOrder: 1),
    ])
    for count in counts {
      table.add(group: threads(count))
      let clock = roofline.clocks.first { $0.threads == count }?.hertz.best
      for precision in Precision.measurable {
        for peak in roofline.peaks where peak.threads == count && peak.precision == precision {
          table.add(row: [
            precision.rawValue, peak.isa, peak.instructions, giga(peak.rate.best), spread(peak.rate),
            clock.map { Figure.fixed(peak.rate.best / $0 / Double(count), 1) } ?? "-",
          ])
        }
      }
    }
    return table
  }

  /// One group for each thread count, one line for each level.
  private var bandwidthTable: TextTable {
    let patterns = Roofline.Pattern.allCases
    var table = TextTable(
      [.init("level"), .init("set", .right)]
        + patterns.map { .init($0.rawValue, unit: "GB/s", .right) } + [
          .init("B/cycle", .right, dropOrder: 1)
        ])
    for count in counts {
      let own = roofline.bandwidths.filter { $0.threads == count }
      let clock = roofline.clocks.first { $0.threads == count }?.hertz.best
      table.add(group: "\(threads(count)) · \(own.first?.isa ?? "-")")
      for isNonTemporal in [false, true] {
        let levels = own.filter { $0.isNonTemporal == isNonTemporal }.map(\.level)
          .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        for level in levels {
          let members = own.filter { $0.level == level && $0.isNonTemporal == isNonTemporal }
          let best = members.map(\.rate.best).max() ?? 0
          table.add(
            row: [level + (isNonTemporal ? ", non-temporal" : ""), Figure.binary(UInt64(members[0].bytesPerThread))]
              + patterns.map { pattern in
                members.first { $0.pattern == pattern }.map { giga($0.rate.best) } ?? "-"
              } + [clock.map { Figure.fixed(best / $0 / Double(count), 1) } ?? "-"])
        }
      }
    }
    return table
  }

  private var latencyTable: TextTable {
    var table = TextTable([
      .init("level"), .init("set", .right), .init("ns", .right), .init("median", unit: "ns", .right),
      .init("cycles", .right),
    ])
    let clock = roofline.clocks.first { $0.threads == 1 } ?? roofline.clocks.first
    for latency in roofline.latencies {
      table.add(row: [
        latency.level, Figure.binary(UInt64(max(0, latency.bytes))), Figure.fixed(latency.seconds.best * 1e9, 2),
        Figure.fixed(latency.seconds.median * 1e9, 2),
        clock.map { Figure.fixed(latency.seconds.best * $0.hertz.best, 1) } ?? "-",
      ])
    }
    return table
  }

  private var ridgeTable: TextTable {
    let models = RooflineModel.all(roofline)
    let levels = models.flatMap(\.diagonals).map(\.level).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var table = TextTable([.init("precision"), .init("ISA")] + levels.map { .init($0, .right) })
    for model in models {
      table.add(group: threads(model.threads))
      for precision in Precision.measurable {
        guard let roof = model.roofs.first(where: { $0.precision == precision && $0.isHighest }) else { continue }
        table.add(
          row: [precision.rawValue, roof.isa]
            + levels.map { level in
              model.ridges.first { $0.precision == precision && $0.level == level }.map {
                Figure.significant($0.intensity)
              } ?? "-"
            })
      }
    }
    return table
  }

  private var notes: [(lead: String, text: String)] {
    let method = roofline.method
    let notes = [
      (
        "figures",
        "the best repetition, since disturbance only slows down; each figure took \(Figure.plain(method.secondsPerFigure)) s "
          + "over \(Figure.counted(method.rounds, "round"))."
      ),
      ("±", "how far the median repetition stayed behind the best one."),
      ("GOP/s", "10^9 operations a second of all threads; a multiplication and an addition are two."),
      ("GB/s", "10^9 bytes a second, each array counted once a pass (STREAM's way): read 1, write 1, copy 2, triad 3."),
      ("set", "bytes that each thread goes through."),
      (
        "cycles", "by the clock above, which is counted with additions that wait for each other; /cycle is of one core."
      ),
    ]
    return notes + (roofline.notes + roofline.doubts).map { ("note", $0) }
  }

  private func threads(_ count: Int) -> String { Figure.counted(count, "thread") }
  private func giga(_ value: Double) -> String { Figure.significant(value / 1e9) }
  private func gigahertz(_ value: Double) -> String { Figure.fixed(value / 1e9, 2) }
  private func spread(_ figure: RepeatedFigure) -> String { Figure.percent(figure.spread, decimals: 0) }
}
