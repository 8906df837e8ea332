import NumericFormats
import Records
import Statistics
import Topology

/// The nodes of one performance cell, each against the machine's roofline: pure functions of a record.
///
/// A node's ceiling follows from min(P, I x B) with B the bandwidth of the mix that it moves: weights come from the
/// innermost level that holds all weights and activations of the model, since every inference goes through them all;
/// activations from the innermost level that holds the node's own, since the node before it has just made them. In time:
/// max(operations / P, weight bytes / B(weights) + activation bytes / B(activations)).
public struct CellNodes: Codable, Hashable, Sendable {
  /// The cell's id.
  public let id: String
  /// Threads.
  public let threads: Int
  /// The operands' precision.
  public let precision: Precision
  /// Every step, in execution order.
  public let nodes: [NodePerformance]

  /// One entry for each performance cell whose rounds timed their nodes.
  static func all(in record: Record) -> [CellNodes] { record.cells.compactMap { CellNodes($0, record) } }

  private init?(_ result: Record.CellResult, _ record: Record) {
    let rounds = result.rounds.compactMap(\.performance?.nodes)
    guard let first = rounds.first, !first.isEmpty else { return nil }
    // Rounds of one cell run the same steps; others than the first's count are left out.
    let alike = rounds.filter { $0.map(\.nodes) == first.map(\.nodes) }
    let cell = result.cell
    let ceilings = Ceilings(record: record, cell: cell, plan: result.rounds.first?.observation.memoryPlan)
    let seconds = first.indices.map { step in
      Double(Percentile.value(0.5, ofSorted: alike.map { $0[step].median }.sorted()) ?? 0) / 1e9
    }
    let total = seconds.reduce(0, +)
    id = result.id
    threads = cell.placement.threads
    precision = cell.precision
    nodes = first.indices.map { step in
      let node = first[step]
      let least = Double(alike.map { $0[step].least }.min() ?? 0) / 1e9
      let bytes = Double(node.weightBytes) + Double(node.activationBytes)
      func perSecond(_ amount: Double) -> Double { seconds[step] > 0 ? amount / seconds[step] : 0 }
      return NodePerformance(
        nodes: node.nodes, op: node.op, kernel: node.kernel, seconds: seconds[step], leastSeconds: least,
        timeShare: total > 0 ? seconds[step] / total : 0, operations: node.operations,
        bytes: Int(min(bytes, 0x1p62)), intensity: bytes > 0 ? Double(node.operations) / bytes : nil,
        rate: perSecond(Double(node.operations)), bandwidth: perSecond(bytes),
        ceiling: ceilings?.ceiling(of: node, seconds: seconds[step]))
    }
  }

  /// What binds the nodes of one cell.
  private struct Ceilings {
    let peak: Double
    let levels: [Level]
    /// Bytes of the whole model.
    let modelBytes: Double

    struct Level {
      let name: String
      /// Bytes of all its caches that the cell's threads use; infinite for memory.
      let bytes: Double
      let bandwidth: Double
    }

    init?(record: Record, cell: Cell, plan: Round.MemoryPlan?) {
      guard let roofline = record.roofline, let plan,
        let model = RooflineModel(roofline, threads: cell.placement.threads),
        let peak = model.roof(cell.precision)?.rate
      else { return nil }
      let caches = record.topology.dataCaches(of: cell.placement.pus)
      levels = model.diagonals.map { diagonal in
        let members = caches.filter { "L\($0.level)" == diagonal.level }
        return Level(
          name: diagonal.level,
          bytes: members.isEmpty ? .infinity : members.reduce(0) { $0 + Double($1.bytes) }, bandwidth: diagonal.rate)
      }
      guard levels.last?.bytes == .infinity else { return nil }
      self.peak = peak
      modelBytes = Double(plan.weightBytesMoved) + Double(plan.activations)
    }

    /// The innermost level that holds `bytes`; there is always one, since memory holds everything.
    private func level(holding bytes: Double) -> Level {
      levels.first { bytes <= $0.bytes } ?? levels[levels.count - 1]
    }

    func ceiling(of node: NodeTime, seconds: Double) -> NodePerformance.Ceiling? {
      let weights = level(holding: modelBytes)
      let activations = level(holding: Double(node.activationBytes))
      let compute = Double(node.operations) / peak
      let movement =
        Double(node.weightBytes) / weights.bandwidth + Double(node.activationBytes) / activations.bandwidth
      let least = max(compute, movement)
      guard least > 0, seconds > 0 else { return nil }
      return NodePerformance.Ceiling(
        bound: compute >= movement ? .compute : .memory, seconds: least, rate: Double(node.operations) / least,
        share: least / seconds, weightLevel: weights.name, activationLevel: activations.name)
    }
  }
}
