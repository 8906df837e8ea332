import LoadGen

/// A test's headline and its verdict, rule by rule: what was measured, what is required, by how much, and what would help.
public struct ValidityReport {
  private let headlines: [Headline]
  private let validity: Validity
  private let style: ReportStyle

  /// Makes a report.
  public init(_ validity: Validity, headlines: [Headline], style: ReportStyle = ReportStyle()) {
    self.validity = validity
    self.headlines = headlines
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    (figures + verdict + [""] + table + ["  * asked for beyond MLPerf's rules"] + sentences).joined(separator: "\n")
      + "\n"
  }

  private var figures: [String] {
    headlines.flatMap { headline in
      let value = headline.value.map { "\(Figure.significant($0)) \(headline.unit)" } ?? "not known: too few queries"
      return style.paragraph("\(headline.name): \(value)", lead: "", nil)
    }
  }

  private var verdict: [String] {
    let word = validity.isValid ? "VALID" : "INVALID"
    let note =
      switch (validity.isValid, validity.isClean) {
      case (true, false): " by MLPerf's rules, but not clean: see what else is asked for"
      default: " by MLPerf's rules"
      }
    let emphasis: ReportStyle.Emphasis = !validity.isValid ? .bad : validity.isClean ? .good : .caution
    return [style.text(word, emphasis) + style.text(note)]
  }

  private var table: [String] {
    var table = TextTable([
      .init("rule"), .init("measured", .right), .init("required", .right), .init("margin", .right),
      .init("margin", unit: "%", .right, dropOrder: 1), .init("ok"), .init("what would help", isShortenable: true),
    ])
    for line in validity.lines {
      table.add(row: [
        Self.name(line.rule), Self.figure(line.measured, line.unit), Self.required(line),
        Self.margin(line.margin, line.unit),
        line.relativeMargin.map { Self.signed($0 * 100, Figure.fixed(abs($0) * 100, 1)) } ?? "",
        line.satisfied ? "ok" : "NO", Self.help(line),
      ])
    }
    return table.rendered(style)
  }

  /// What is wrong, in sentences.
  private var sentences: [String] {
    let wrong = validity.lines.filter { !$0.satisfied }
    guard !wrong.isEmpty else { return [] }
    return [""] + style.footnotes(wrong.map { (Self.name($0.rule), $0.sentence) })
  }

  private static func name(_ rule: Validity.Rule) -> String {
    switch rule {
    case .minDuration: "minimum duration"
    case .minQueries: "minimum queries"
    case .minSamples: "minimum samples"
    case .latencyBound: "latency bound"
    case .earlyStopping: "early stopping"
    case .coverage: "every sample"
    case .noErrors: "no errors *"
    case .notCut: "not cut short *"
    }
  }

  private static func required(_ line: Validity.Line) -> String {
    guard let required = line.required else { return "" }
    let sign = line.rule == .latencyBound || line.rule == .noErrors ? "<=" : ">="
    return "\(sign) \(figure(required, line.unit))"
  }

  private static func figure(_ value: Double?, _ unit: String) -> String {
    value.map { "\(size(abs($0), unit)) \(unit)" } ?? ""
  }

  private static func margin(_ margin: Double?, _ unit: String) -> String {
    margin.map { "\(signed($0, size(abs($0), unit))) \(unit)" } ?? ""
  }

  private static func signed(_ value: Double, _ text: String) -> String {
    (value < 0 ? "-" : value > 0 ? "+" : "") + text
  }

  /// Counts in full, times with four digits.
  private static func size(_ value: Double, _ unit: String) -> String {
    guard unit != "s", unit != "ms", value < 1e15 else { return Figure.significant(value) }
    return Figure.exact(Int(value))
  }

  private static func help(_ line: Validity.Line) -> String {
    guard !line.satisfied else { return "" }
    let unit = line.unit == "samples" ? "samples" : "queries"
    let parts = [
      line.moreQueries.map { "\(Figure.exact($0)) more \(unit)" },
      line.longer.map { "\(Figure.significant($0)) s longer" },
    ].compactMap(\.self)
    if !parts.isEmpty { return parts.joined(separator: ", or ") }
    guard line.rule == .latencyBound || line.rule == .earlyStopping else { return "" }
    return (line.chance ?? 0) >= Validity.Line.leastChance ? "a longer test, or a lower rate" : "a lower rate"
  }
}
