import Analysis
import NumericFormats
import Records
import Statistics

extension RunPage {
  /// How throughput grows with threads, and for a sweep with instances too.
  func writeScaling(to section: inout PageSection) {
    let curves = summary.scaling.filter { $0.points.count > 1 }
    let maps = (sweep?.heatMaps ?? []).filter { $0.instances.count * $0.threads.count > 1 }
    guard !curves.isEmpty || !maps.isEmpty else {
      return section.lack(
        "Scaling", "No cell was measured with several thread counts, one of them 1; ask for --threads 1,2,4.")
    }
    section.begin("scaling", "Scaling")
    if !curves.isEmpty {
      section.add(scaling(curves, in: &section))
    } else {
      section.add(HTML.paragraph("No cell was measured with several thread counts, one of them 1.", class: "hint"))
    }
    if !maps.isEmpty { section.add(heatMaps(maps, in: &section)) }
    section.end()
  }

  private func scaling(_ curves: [ScalingCurve], in section: inout PageSection) -> String {
    var table = PageTable(
      "Throughput by threads of one instance",
      [
        .words("curve"), .number("threads"), .number("samples/s"), .number("95 % from"), .number("to"),
        .number("efficiency"), .number("gain per thread"), .words("notes"),
      ])
    for curve in curves {
      for point in curve.points {
        let interval = point.throughput.interval
        func figure(_ value: Double?) -> PageTable.Cell { .init(value.map(Figure.significant) ?? "-", value) }
        let notes = [
          point.usesSiblings ? "two threads a core" : "", point.isMarked ? "ran elsewhere than asked for" : "",
          point.isFitted ? "" : "not fitted",
        ]
        table.add([
          .init(Self.name(of: curve)), .init("\(point.threads)", Double(point.threads)), figure(point.throughput.mean),
          figure(interval?.lower), figure(interval?.upper),
          .init(Figure.percent(point.efficiency, decimals: 0), point.efficiency), figure(point.gain?.perThread),
          .init(notes.filter { !$0.isEmpty }.joined(separator: ", ")),
        ])
      }
    }
    let laws = curves.flatMap { curve in
      ScalingWords(curve: curve).notes.map { ("\(Self.name(of: curve)): \($0.lead)", $0.text) }
    }
    let workloads = Set(curves.map(\.workload)).sorted().joined(separator: ", ")
    let figure = section.figure(
      ScalingChart(record: record, curves: curves).picture, title: "Throughput against threads: \(workloads)",
      description:
        "Throughput of \(Figure.counted(curves.count, "curve")) over threads of one instance, with 95 % intervals "
        + "as error bars, the ideal line and the fitted universal scalability law.", numbers: table)
    return figure + HTML.details("What the laws say", HTML.terms(laws, class: "notes wide"), isOpen: laws.count <= 6)
  }

  private static func name(of curve: ScalingCurve) -> String {
    [SweepReport.heading(of: curve), curve.scenario.rawValue].joined(separator: " · ")
  }

  private func heatMaps(_ maps: [SweepHeatMap], in section: inout PageSection) -> String {
    var table = PageTable(
      "The best throughput of each number of instances and threads",
      [
        .words("map"), .number("instances"), .number("threads"), .number("samples/s"), .number("of the best"),
        .words("notes"),
      ])
    for map in maps {
      for (row, values) in zip(map.instances, map.values) {
        for (threads, value) in zip(map.threads, values) {
          guard let value else { continue }
          table.add([
            .init("\(map.workload) · \(map.precision.rawValue) · \(map.engine) · batch \(map.batch)"),
            .init("\(row)", Double(row)), .init("\(threads)", Double(threads)),
            .init(Figure.significant(value.throughput), value.throughput),
            .init(Figure.percent(value.share, decimals: 0), value.share),
            .init(value.isMarked ? "ran elsewhere than asked for" : ""),
          ])
        }
      }
    }
    return section.figure(
      HeatMapChart(record: record, maps: maps).picture, title: "Throughput by instances and threads",
      description:
        "A grid with instances down and threads across; each place has its throughput, stronger where it is nearer "
        + "to the best.", numbers: table)
  }
}
