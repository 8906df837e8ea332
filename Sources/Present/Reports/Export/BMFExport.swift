/// Bencher Metric Format: benchmarks by name, each with measures by name.
///
/// Bencher's own measures are `latency` in nanoseconds and `throughput` in operations a second; the others are made when they
/// are first seen, and have the units of ``ExportFigure/Kind/unit``. Source: Bencher's reference, "Bencher Metric Format": names of
/// benchmarks have at most 1024 characters, those of measures 64.
struct BMFExport: Exporter {
  private let cells: [ExportCell]

  init(_ runs: [ExportRun]) { cells = runs.flatMap(\.cells) }

  var texts: [String] {
    // The format has strings for names, so that JSON's own escapes are all that is needed.
    let names = ExportNames(cells.map(\.id), limit: 1024) { $0 }
    let benchmarks = cells.filter { !$0.figures.isEmpty }.map { cell in
      (names[cell.id], JSONText.object(cell.figures.map { (Self.measure($0.kind), Self.metric($0)) }))
    }
    return [JSONText.object(benchmarks).file]
  }

  /// A slug, as Bencher makes them.
  private static func measure(_ kind: ExportFigure.Kind) -> String { kind.rawValue.replacing("_", with: "-") }

  private static func metric(_ figure: ExportFigure) -> JSONText {
    let scale =
      switch figure.kind {
      case .latency, .tailLatency: 1e9
      case .throughput, .energy, .modelledEnergy, .memory, .error, .accuracy: 1.0
      }
    func member(_ name: String, _ value: Double?) -> [(String, JSONText)] {
      value.map { [(name, .number($0 * scale))] } ?? []
    }
    return .object(
      member("value", figure.value) + member("lower_value", figure.lower) + member("upper_value", figure.upper))
  }
}
