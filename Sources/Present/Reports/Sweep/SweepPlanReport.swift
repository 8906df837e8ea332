import NumericFormats
import Records
import Sweeps

/// What `assay sweep --dry-run` prints: what would be measured, what the rules leave out, and how long it takes.
public struct SweepPlanReport {
  /// What a sweep would do, in the words of reports.
  public struct Content: Codable, Hashable, Sendable {
    /// The workload's name.
    public var workload: String
    /// What is looked for.
    public var goal: String
    /// Points of the whole product.
    public var candidates: Int
    /// What each rule leaves out.
    public var pruned: [Sweep.PrunedCount]
    /// The cells that are left, in the plan's order.
    public var cells: [Cell]
    /// Ids of the scaling ladder.
    public var ladder: [String]
    /// Each rung: which part of the sweep, cells, rounds of each, seconds.
    public var rungs: [Rung]
    /// Seconds of everything, by estimate.
    public var seconds: Double
    /// The share of them that is not measured windows.
    public var overhead: Double
    /// Cells that the budget does not hold.
    public var leftOut: Int
    /// Seconds that would hold all.
    public var secondsForAll: Double
    /// Seconds that planning and pruning took.
    public var planningSeconds: Double
    /// Whether it is for a machine that is not this one.
    public var isOtherMachine: Bool

    /// One rung.
    public struct Rung: Codable, Hashable, Sendable {
      /// `halving`, `grid` or `finals`.
      public var phase: String
      /// Cells.
      public var cells: Int
      /// Rounds of each.
      public var rounds: Int
      /// Seconds.
      public var seconds: Double

      /// Makes a rung.
      public init(phase: String, cells: Int, rounds: Int, seconds: Double) {
        self.phase = phase
        self.cells = cells
        self.rounds = rounds
        self.seconds = seconds
      }
    }

    /// Makes a content from its parts.
    public init(
      workload: String, goal: String, candidates: Int, pruned: [Sweep.PrunedCount], cells: [Cell], ladder: [String],
      rungs: [Rung], seconds: Double, overhead: Double, leftOut: Int, secondsForAll: Double, planningSeconds: Double,
      isOtherMachine: Bool
    ) {
      self.workload = workload
      self.goal = goal
      self.candidates = candidates
      self.pruned = pruned
      self.cells = cells
      self.ladder = ladder
      self.rungs = rungs
      self.seconds = seconds
      self.overhead = overhead
      self.leftOut = leftOut
      self.secondsForAll = secondsForAll
      self.planningSeconds = planningSeconds
      self.isOtherMachine = isOtherMachine
    }
  }

  private let content: Content
  private let style: ReportStyle
  private let ladder: Set<String>

  /// Cells that are listed; JSON has all.
  private static let shownCells = 200

  /// Makes a report.
  public init(_ content: Content, style: ReportStyle = ReportStyle()) {
    self.content = content
    self.style = style
    ladder = Set(content.ladder)
  }

  /// The report, ended by a line feed.
  public var text: String {
    [cells, prunedLines, rungs, closing].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var cells: [String] {
    var table = TextTable([
      .init("#", .right), .init("instances", .right), .init("threads", .right), .init("placement"),
      .init("memory", dropOrder: 2), .init("batch", .right), .init("precision"), .init("engine", dropOrder: 3),
      .init("CPUs", dropOrder: 1, isShortenable: true), .init("", dropOrder: 4),
    ])
    for (index, cell) in content.cells.prefix(Self.shownCells).enumerated() {
      let placement = cell.placement
      table.add(row: [
        "\(index + 1)", "\(placement.instances.count)", "\(placement.threads)", placement.words ?? "compact",
        placement.memory?.variations.joined(separator: ", ") ?? "-", "\(cell.batch)", cell.precision.rawValue,
        cell.engine, placement.instances.map(Figure.ranges).joined(separator: " + "),
        ladder.contains(cell.id) ? "ladder" : "",
      ])
    }
    var lines = table.rendered(style)
    if content.cells.count > Self.shownCells {
      lines.append("... and \(content.cells.count - Self.shownCells) more; --json has them all.")
    }
    return lines
  }

  private var prunedLines: [String] {
    guard !content.pruned.isEmpty else { return [] }
    var table = TextTable([.init("left out by", .left), .init("configurations", .right), .init("because")])
    for part in content.pruned {
      table.add(row: [part.rule, "\(part.count)", PruningRule(rawValue: part.rule)?.reason ?? ""])
    }
    return table.rendered(style)
  }

  private var rungs: [String] {
    var table = TextTable([
      .init("rung", .right), .init("part"), .init("configurations", .right), .init("rounds each", .right),
      .init("about", .right),
    ])
    for (index, rung) in content.rungs.enumerated() {
      table.add(row: [
        "\(index + 1)", rung.phase, "\(rung.cells)", "\(rung.rounds)", Figure.clock(rung.seconds),
      ])
    }
    return table.rendered(style)
  }

  private var closing: [String] {
    let left = Figure.counted(content.cells.count, "configuration")
    var facts = [
      style.text(
        "Sweep of \(content.workload) for \(content.goal): \(left) of \(content.candidates) keep the rules, about "
          + "\(Figure.clock(content.seconds)), of which \(Figure.percent(content.overhead)) are not measured windows. "
          + "Nothing was run.", .title)
    ]
    if content.leftOut > 0 {
      facts += style.paragraph(
        "The budget does not hold \(Figure.counted(content.leftOut, "configuration")): an even choice is measured; all "
          + "would take about \(Figure.clock(content.secondsForAll)).", lead: "  ", .caution)
    }
    if content.isOtherMachine {
      facts += style.paragraph(
        "Planned for another machine: precisions and times are those of this one's CPU.", lead: "  ", .subdued)
    }
    facts += style.paragraph(
      "Planning took \(Figure.significant(content.planningSeconds)) s.", lead: "  ", .subdued)
    return facts
  }
}
