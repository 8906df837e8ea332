import Energy

/// Money and carbon of every cell with a speed, and what the user said they are made of.
public struct CostTable: Codable, Hashable, Sendable {
  /// What the user said.
  public let inputs: CostInputs
  /// The cells, in the record's order.
  public let cells: [Entry]

  /// One cell.
  public struct Entry: Codable, Hashable, Sendable {
    /// The cell's stable id.
    public let id: String
    /// Its figures.
    public let figures: CostFigures
  }

  /// Makes the table.
  public init(_ inputs: CostInputs, _ cells: [CellSummary]) {
    self.inputs = inputs
    self.cells = cells.filter { $0.throughput != nil }.map { cell in
      Entry(
        id: cell.id,
        figures: CostFigures(
          inputs, samplesPerSecond: cell.throughput?.mean,
          energy: cell.energy ?? .unavailable(reason: "It was not metered.")))
    }
  }
}
