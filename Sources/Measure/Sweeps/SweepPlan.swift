import NumericFormats
import Records

/// All configurations worth measuring on a machine, and what was left out for which reason.
public struct SweepPlan: Codable, Hashable, Sendable {
  /// What was multiplied.
  public let space: SweepSpace
  /// Every distinct layout with at least one cell.
  public let layouts: [SweepLayout]
  /// The configurations, layout by layout.
  public let cells: [SweepCell]
  /// How many points each rule left out; rules that left out none are absent.
  public let pruned: [PruningRule: Int]

  /// Points of the whole product: the cells and all that was pruned.
  public var candidates: Int { space.candidates }

  /// The layout of a cell.
  public func layout(of cell: SweepCell) -> SweepLayout { layouts[cell.layout] }

  /// What each rule left out in the words of records, in the rules' order.
  public var prunedCounts: [Sweep.PrunedCount] {
    PruningRule.allCases.compactMap { rule in
      pruned[rule].map { Sweep.PrunedCount(rule: rule.rawValue, count: $0) }
    }
  }

  /// A cell in one word, unique within the plan: `4x8/compact,cores/bind/b16/fp32/native`.
  public func name(of cell: SweepCell) -> String {
    let layout = layout(of: cell)
    let memory = [cell.memory?.rawValue, cell.hugePages.map { $0 ? "huge-pages" : "small-pages" }].compactMap(\.self)
    let parts =
      ["\(layout.instances)x\(layout.threads)", layout.words] + memory
      + ["b\(cell.batch)", cell.precision.rawValue, cell.engine]
    return parts.joined(separator: "/")
  }
}
