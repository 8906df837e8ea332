import NumericFormats
import Records

/// Bytes that one inference moves at a reduced precision, against FP32 of the same workload, engine and batch.
public struct Traffic: Codable, Hashable, Sendable {
  /// The cell's id.
  public let id: String
  /// The id of the FP32 cell that it is held against.
  public let reference: String
  /// Weight bytes over FP32's weight bytes; nil where FP32 moves none.
  public let weightShare: Double?
  /// Activation bytes over FP32's activation bytes; nil where FP32 moves none.
  public let activationShare: Double?

  /// One entry for each cell of another precision that has an FP32 counterpart with a round.
  static func all(in cells: [CellSummary]) -> [Traffic] {
    cells.compactMap { cell in
      guard cell.cell.precision != .fp32, let memory = cell.memory else { return nil }
      for candidate in cells where candidate.cell.isFP32Counterpart(of: cell.cell) {
        guard let reference = candidate.memory else { continue }
        return Traffic(
          id: cell.id, reference: candidate.id,
          weightShare: share(memory.weightBytesMoved, of: reference.weightBytesMoved),
          activationShare: share(memory.activationBytesMoved, of: reference.activationBytesMoved))
      }
      return nil
    }
  }

  private static func share(_ part: UInt64, of whole: UInt64) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}

extension Cell {
  fileprivate func isFP32Counterpart(of other: Cell) -> Bool {
    precision == .fp32 && workload == other.workload && engine == other.engine && batch == other.batch
  }
}
