import NumericFormats
import Records

/// Instances against threads at one precision and batch: the highest throughput of any configuration with these counts.
public struct SweepHeatMap: Codable, Hashable, Sendable {
  /// The workload's name.
  public let workload: String
  /// The operands' precision.
  public let precision: Precision
  /// The engine's name.
  public let engine: String
  /// Samples per inference.
  public let batch: Int
  /// Instances, ascending: the rows.
  public let instances: [Int]
  /// Threads of each instance, ascending: the columns.
  public let threads: [Int]
  /// One list a row, one place a column; nil where nothing was measured.
  public let values: [[Value?]]

  /// One place.
  public struct Value: Codable, Hashable, Sendable {
    /// The row of the sweep with the highest throughput among those with these counts.
    public let id: String
    /// Samples per second.
    public let throughput: Double
    /// Over the highest throughput of any map of the workload.
    public let share: Double
    /// Whether it was measured elsewhere than asked for: only where every row with these counts was.
    public let isMarked: Bool
  }

  /// A map for each workload, engine, precision and batch that has measured rows, in that order.
  static func all(of rows: [SweepRow]) -> [SweepHeatMap] {
    let measured = rows.filter { ($0.summary.throughput?.mean ?? 0) > 0 }
    return measured.reduce(into: [[SweepRow]]()) { groups, row in
      let index = groups.firstIndex { group in
        let cell = group[0].cell
        return cell.workload == row.cell.workload && cell.precision == row.cell.precision
          && cell.engine == row.cell.engine && cell.batch == row.cell.batch
      }
      if let index { groups[index].append(row) } else { groups.append([row]) }
    }.map { group in
      let comparable = measured.filter { $0.cell.workload == group[0].cell.workload }
      let sound = comparable.filter(\.isRankable)
      let best = (sound.isEmpty ? comparable : sound).compactMap { $0.summary.throughput?.mean }.max() ?? 1
      return SweepHeatMap(group, best: best)
    }.sorted { first, second in
      func order(_ map: SweepHeatMap) -> Int { Precision.measurable.firstIndex(of: map.precision) ?? 0 }
      func place(_ map: SweepHeatMap) -> Int { measured.firstIndex { $0.cell.workload == map.workload } ?? 0 }
      return (place(first), first.engine, order(first), first.batch)
        < (place(second), second.engine, order(second), second.batch)
    }
  }

  private init(_ rows: [SweepRow], best: Double) {
    let cell = rows[0].cell
    workload = cell.workload
    precision = cell.precision
    engine = cell.engine
    batch = cell.batch
    let instances = Set(rows.map(\.cell.placement.instances.count)).sorted()
    let threads = Set(rows.map(\.cell.placement.threads)).sorted()
    self.instances = instances
    self.threads = threads
    values = instances.map { instances in
      threads.map { threads in
        let here = rows.filter {
          $0.cell.placement.instances.count == instances && $0.cell.placement.threads == threads
        }
        let sound = here.filter(\.isRankable)
        let highest = (sound.isEmpty ? here : sound).max {
          ($0.summary.throughput?.mean ?? 0) < ($1.summary.throughput?.mean ?? 0)
        }
        return highest.flatMap { row in
          row.summary.throughput.map {
            Value(id: row.id, throughput: $0.mean, share: $0.mean / best, isMarked: sound.isEmpty)
          }
        }
      }
    }
  }
}
