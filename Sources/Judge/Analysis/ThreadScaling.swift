import NumericFormats
import Records

/// How throughput grows with threads: cells that are alike in workload, precision, engine, batch and scenario.
public struct ThreadScaling: Codable, Hashable, Sendable {
  /// The workload's name.
  public let workload: String
  /// The operands' precision.
  public let precision: Precision
  /// The engine's name.
  public let engine: String
  /// Samples per query.
  public let batch: Int
  /// How load is offered.
  public let scenario: Scenario
  /// One point for each cell that has a throughput, ascending by threads; the first has one thread.
  public let points: [Point]

  /// One thread count.
  public struct Point: Codable, Hashable, Sendable {
    /// The cell's id.
    public let id: String
    /// Threads.
    public let threads: Int
    /// Samples per second, mean over rounds.
    public let throughput: Double
    /// Throughput over the one-thread throughput.
    public let speedUp: Double
  }

  /// Families with a one-thread cell, in order of appearance. Cells without throughput (emulated, failed) take no part.
  static func all(in cells: [CellSummary]) -> [ThreadScaling] {
    var families: [Family] = []
    for cell in cells {
      guard !cell.isMisplaced, let throughput = cell.throughput?.mean,
        case .performance(let scenario) = cell.cell.measurement
      else {
        continue
      }
      let member = Family.Member(id: cell.id, threads: cell.cell.placement.threads, throughput: throughput)
      if let index = families.firstIndex(where: { $0.holds(cell.cell) }) {
        families[index].members.append(member)
      } else {
        families.append(Family(cell: cell.cell, scenario: scenario, members: [member]))
      }
    }
    return families.compactMap(\.scaling)
  }

  private struct Family {
    struct Member {
      let id: String
      let threads: Int
      let throughput: Double
    }

    let cell: Cell
    let scenario: Scenario
    var members: [Member]

    func holds(_ other: Cell) -> Bool {
      cell.workload == other.workload && cell.precision == other.precision && cell.engine == other.engine
        && cell.batch == other.batch && cell.measurement == other.measurement && cell.contract == other.contract
        && cell.placement.instances.count == other.placement.instances.count
        && cell.placement.variations == other.placement.variations && cell.blasThreads == other.blasThreads
    }

    var scaling: ThreadScaling? {
      // More instances are no more threads of one.
      guard cell.placement.instances.count == 1, let base = members.first(where: { $0.threads == 1 })?.throughput else { return nil }
      let points = members.filter { $0.threads > 0 }.sorted { $0.threads < $1.threads }.map { member in
        Point(
          id: member.id, threads: member.threads, throughput: member.throughput, speedUp: member.throughput / base)
      }
      return ThreadScaling(
        workload: cell.workload, precision: cell.precision, engine: cell.engine, batch: cell.batch, scenario: scenario,
        points: points)
    }
  }
}
