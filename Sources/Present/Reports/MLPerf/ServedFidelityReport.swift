import Analysis
import Records

/// How close an accuracy run was to FP32's, as text and as the score line of a submission.
public struct ServedFidelityReport {
  private let fidelity: Fidelity
  private let style: ReportStyle

  /// Makes a report.
  public init(_ fidelity: Fidelity, style: ReportStyle = ReportStyle()) {
    self.fidelity = fidelity
    self.style = style
  }

  /// One line without control characters, for `accuracy.txt`.
  public var score: String {
    guard let share = fidelity.top1Agreement else {
      return "mean cosine with FP32=\(Figure.fixed(fidelity.cosine, 6)), total=\(fidelity.samples)"
    }
    let good = Int((share * Double(fidelity.decisions)).rounded())
    return "top-1 agreement with FP32=\(Figure.fixed(share * 100, 3))%, good=\(good), total=\(fidelity.decisions)"
  }

  /// The report, ended by a line feed.
  public var text: String {
    var lines: [(lead: String, text: String)] = []
    if let share = fidelity.top1Agreement {
      let mark = fidelity.isTop1Trustworthy ? "" : FewDecisionsNote.mark
      lines.append(
        (
          "top-1",
          "\(Figure.percent(share, decimals: 2))\(mark) of \(Figure.exact(fidelity.decisions)) \(fidelity.decisions == 1 ? "decision agrees" : "decisions agree")"
        )
      )
    }
    if let share = fidelity.top5Agreement {
      lines.append(("top-5", "\(Figure.percent(share, decimals: 2)) have FP32's among their first five"))
    }
    lines.append(
      ("SQNR", fidelity.sqnrDecibels.map { "\(Figure.fixed($0, 1)) dB" } ?? "none: the responses are identical"))
    lines.append(("cosine", "\(Figure.fixed(fidelity.cosine, 6)), least \(Figure.fixed(fidelity.leastCosine, 6))"))
    let share =
      fidelity.relativeLargestError.map { " (\(Figure.percent($0, decimals: 2)) of the largest output)" } ?? ""
    lines.append(("max error", Figure.significant(fidelity.largestError) + share))
    if !fidelity.isTop1Trustworthy { lines.append((FewDecisionsNote.mark, FewDecisionsNote.text(count: "top-1"))) }
    let title = "Against FP32, \(Figure.exact(fidelity.samples)) sample\(fidelity.samples == 1 ? "" : "s")"
    return ([style.text(title, .title)] + style.footnotes(lines)).joined(separator: "\n") + "\n"
  }
}
