import Analysis
import NumericFormats
import Records
import Statistics

extension SweepReport {
  /// How throughput grows with the threads of one instance, and the two laws through it.
  var scalingSection: [String] {
    let curves = summary.scaling.filter { $0.points.count > 1 }
    guard !curves.isEmpty else { return [] }
    return [style.text("Scaling of one instance", .title)] + curves.flatMap(lines)
      + style.footnotes(scalingNotes(curves))
  }

  private func lines(of curve: ScalingCurve) -> [String] {
    var table = TextTable([
      .init("threads", .right), .init("samples/s", .right), .init("efficiency", .right), .init("gain/thread", .right),
      .init("±", .right, dropOrder: 2), .init("of 1 thread", .right, dropOrder: 1), .init(""),
    ])
    table.add(group: Self.heading(of: curve))
    for point in curve.points {
      let marks = [point.usesSiblings ? "s" : "", point.isMarked ? "!" : "", point.isFitted ? "" : "not fitted"]
      table.add(row: [
        "\(point.threads)", Figure.withSpread(point.throughput), Figure.percent(point.efficiency, decimals: 0),
        point.gain.map { Figure.significant($0.perThread) } ?? "-",
        point.gain?.interval.map { Figure.significant($0.halfWidth) } ?? "-",
        point.gain.map { Figure.percent($0.share, decimals: 0) } ?? "-",
        marks.filter { !$0.isEmpty }.joined(separator: " "),
      ])
    }
    return table.rendered(style) + style.footnotes(ScalingWords(curve: curve).notes)
  }

  static func heading(of curve: ScalingCurve) -> String {
    [
      curve.workload, curve.precision.rawValue, curve.engine, "batch \(curve.batch)", curve.words,
      curve.memory.flatMap(SweepRow.words),
    ].compactMap { $0 }.joined(separator: " · ")
  }

  private func scalingNotes(_ curves: [ScalingCurve]) -> [(lead: String, text: String)] {
    var notes = [
      ("efficiency", "throughput over threads times that of one thread."),
      ("gain/thread", "samples/s that each thread added since the row above; ± of its 95 % interval (Welch)."),
    ]
    if curves.contains(where: { $0.points.contains(where: \.usesSiblings) }) {
      notes.append(("s", "some core carries two of the threads: not fitted beside points on whole cores."))
    }
    if curves.contains(where: { $0.points.contains(where: \.isMarked) }) {
      notes.append(("!", "ran elsewhere than asked for: not fitted."))
    }
    notes.append(
      (
        "laws",
        "X(n) = X(1) n / (1 + σ (n - 1) + κ n (n - 1)), Amdahl's with κ = 0; 95 % intervals in brackets "
          + "(docs/scaling.md)."
      ))
    return notes
  }
}
