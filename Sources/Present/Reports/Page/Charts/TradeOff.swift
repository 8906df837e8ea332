import Analysis
import Energy
import NumericFormats
import Records

/// Cells of one workload between speed, error and energy, and which of them none beats.
struct TradeOff {
  /// The workload's name.
  let workload: String
  /// The cells that have both a speed and an error, the fastest first.
  let points: [Point]
  /// The meter or the model that told the joules of all points; nil where it did not, so that energy decides nothing.
  let energySource: String?
  /// Cells with a speed whose error nobody measured.
  let unknownErrors: Int

  /// A cell.
  struct Point {
    let cell: CellSummary
    /// Samples a second.
    let speed: Double
    /// The relative error of the outputs; 0 for FP32, which the others are compared with.
    let error: Double
    /// Joules a sample; nil where they are not known.
    let joules: Double?
    /// Whether no other cell is at least as fast, as exact and, where energy decides, as frugal, and better in one of them.
    var isOnFront = false
  }

  /// One for each workload in which some precision is timed and has an error, in the record's order.
  static func all(in cells: [CellSummary]) -> [TradeOff] {
    let workloads = cells.map(\.cell.workload).reduce(into: [String]()) {
      if $0.last != $1, !$0.contains($1) { $0.append($1) }
    }
    let errors = Errors(cells)
    return workloads.compactMap { workload in
      TradeOff(workload, cells.filter { $0.cell.workload == workload }, errors)
    }
  }

  private init?(_ workload: String, _ cells: [CellSummary], _ errors: Errors) {
    // What ran elsewhere than asked for belongs to no ranking.
    let timed = cells.filter { ($0.throughput?.mean ?? 0) > 0 && !$0.isMisplaced }
    var points = timed.compactMap { cell -> Point? in
      guard let speed = cell.throughput?.mean, speed.isFinite, let error = errors.error(of: cell.cell) else {
        return nil
      }
      return Point(cell: cell, speed: speed, error: error, joules: cell.energy?.knownJoules)
    }.sorted { ($0.speed, $1.cell.id) > ($1.speed, $0.cell.id) }
    guard !points.isEmpty else { return nil }
    let sources = Set(points.map { $0.joules == nil ? "" : $0.cell.energy?.source ?? "" })
    let source = sources.count == 1 ? sources.first.flatMap { $0.isEmpty ? nil : $0 } : nil
    let front = Self.front(points.map { ($0.speed, $0.error, source == nil ? 0 : $0.joules ?? 0) })
    for index in points.indices { points[index].isOnFront = front[index] }
    self.workload = workload
    self.points = points
    energySource = source
    unknownErrors = timed.count - points.count
  }

  /// Which points none beats; equal ones are on the front together.
  static func front(_ points: [(speed: Double, error: Double, joules: Double)]) -> [Bool] {
    points.map { point in
      !points.contains { other in
        other.speed >= point.speed && other.error <= point.error && other.joules <= point.joules
          && (other.speed > point.speed || other.error < point.error || other.joules < point.joules)
      }
    }
  }

  /// Whether the joules are a model's.
  var isModelled: Bool {
    points.contains { if case .modelled = $0.cell.energy { true } else { false } }
  }

  /// Errors by what computes them.
  private struct Errors {
    private var known: [String: Double] = [:]

    init(_ cells: [CellSummary]) {
      for cell in cells {
        guard let error = cell.fidelity?.relativeError, error.isFinite else { continue }
        for key in Self.keys(cell.cell) where known[key] == nil { known[key] = error }
      }
    }

    /// nil where nobody compared the outputs.
    func error(of cell: Cell) -> Double? {
      if cell.precision == .fp32 { return 0 }
      return Self.keys(cell).lazy.compactMap { known[$0] }.first
    }

    /// From what is most alike to what computes the same contract: the emulator gives a contract's bits on any machine.
    private static func keys(_ cell: Cell) -> [String] {
      [
        "\(cell.workload)\n\(cell.engine)\n\(cell.numerics)", "\(cell.workload)\n\(cell.engine)\n\(cell.contract)",
        "\(cell.workload)\n\(cell.contract)",
      ]
    }
  }
}
