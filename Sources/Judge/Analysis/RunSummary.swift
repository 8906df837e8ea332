import Energy
import NumericFormats
import Records

/// What a whole record says: every cell's summary and the comparisons between cells of the run.
public struct RunSummary: Codable, Hashable, Sendable {
  /// How far the run got.
  public let status: Record.Status
  /// Every planned cell, in the record's order.
  public let cells: [CellSummary]
  /// How throughput grows with threads, one curve for each family of cells that differ in nothing but their threads.
  public let scaling: [ScalingCurve]
  /// Bytes moved against FP32, one entry for each cell of another precision that has an FP32 counterpart.
  public let traffic: [Traffic]
  /// The largest peak of each family of cells that differ in nothing but threads and measurement.
  public let memory: [MemoryPeak]
  /// What each contract makes of each workload; empty where contracts were not chosen by name.
  public let contracts: [ContractComparison]
  /// The nodes of each performance cell against the machine's roofline; empty where nobody asked for them.
  public let nodes: [CellNodes]
  /// Money and carbon; nil where the user said nothing of them.
  public let costs: CostTable?
  /// What reading the meters cost; nil where none was read.
  public let monitor: MonitorAccount?
  /// What BLAS libraries said of themselves, each state once, in order of appearance.
  public let blas: [Round.BLASState]

  /// Summarises a record.
  ///
  /// - Parameter costs: what the user says of money and carbon.
  public init(of record: Record, costs: CostInputs? = nil) {
    status = record.status
    cells = record.cells.map { CellSummary(of: $0, power: record.power) }
    let marks = record.cells.map(PlacementMark.all)
    scaling = ScalingCurve.all(
      of: zip(cells, marks).compactMap { ScalingCurve.Candidate($0, marks: $1, topology: record.topology) },
      ladder: record.sweep?.ladder ?? [])
    traffic = Traffic.all(in: cells)
    memory = MemoryPeak.all(in: cells)
    contracts = ContractComparison.all(in: record, cells)
    nodes = CellNodes.all(in: record)
    monitor = record.power?.monitor
    self.costs = costs.map { [cells] in CostTable($0, cells) }
    blas = record.cells.flatMap(\.rounds).compactMap(\.observation.blas).reduce(into: []) { states, state in
      if !states.contains(state) { states.append(state) }
    }
  }

  /// The speed-up of a cell over its one-thread sibling; nil where one of the two has no throughput or ran
  /// elsewhere than asked for.
  public func speedUp(of id: String) -> Double? {
    scaling.lazy.flatMap(\.points).first { $0.id == id && !$0.isMarked }?.speedUp
  }
}
