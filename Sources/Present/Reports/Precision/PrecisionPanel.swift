import Analysis
import HostState
import NumericFormats
import Records

/// One workload's contracts as points, with axes, the front and a budget.
struct PrecisionPanel {
  private let comparison: ContractComparison
  private let record: Record
  private let maxError: Double?
  private let top: Double
  private let points: [Point]
  /// Bytes to x, and relative error to y.
  private let x: LogScale
  private let y: LogScale

  private static let left = 96.0
  private static let right = 740.0
  private static let labels = 772.0

  /// A contract that has bytes and an error.
  private struct Point {
    let entry: ContractComparison.Entry
    let bytes: Double
    let error: Double
  }

  init(_ comparison: ContractComparison, record: Record, maxError: Double?, top: Double) {
    self.comparison = comparison
    self.record = record
    self.maxError = maxError
    self.top = top
    points = comparison.entries.compactMap { entry in
      guard let bytes = entry.bytes, bytes > 0, let error = entry.relativeError else { return nil }
      return Point(entry: entry, bytes: bytes, error: error)
    }
    let bytes = points.map(\.bytes)
    let errors = (points.map(\.error) + [maxError ?? 0]).filter { $0 > 0 }
    x = LogScale(
      around: (bytes.min() ?? 1) / 1.3, (bytes.max() ?? 1) * 1.3, start: Self.left, end: Self.right)
    y = LogScale(
      around: (errors.min() ?? 0.01) / 2, (errors.max() ?? 0.01) * 2, start: top + 540, end: top + 66)
  }

  private var bottom: Double { y.start }
  private var ceiling: Double { y.end }

  func draw(on canvas: inout SVGCanvas) {
    drawTitle(on: &canvas)
    drawAxes(on: &canvas)
    drawFront(on: &canvas)
    drawBudget(on: &canvas)
    drawPoints(on: &canvas)
    drawLegend(on: &canvas)
  }

  /// The place of an error; no error at all lies on the axis.
  private func place(ofError error: Double) -> Double { error > 0 ? y.place(error) : bottom }

  private func drawTitle(on canvas: inout SVGCanvas) {
    canvas.text("Numerics contracts on \(comparison.workload)", Self.left, top + 32, "title")
    let samples = comparison.entries.compactMap(\.fidelity?.samples).max()
    let facts = [
      samples.map { Figure.counted($0, "sample") }, record.machine.cpuModel.shortened(to: 60),
      record.createdAt.shortened(to: 30),
      ContractSection.methods(of: comparison.entries).map { "scales by \($0.shortened(to: 60))" },
    ]
    canvas.text(facts.compactMap { $0 }.joined(separator: " · "), Self.left, top + 51, "small")
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for value in x.ticks(room: 34) {
      let place = x.place(value)
      canvas.line(place, ceiling, place, bottom, "grid")
      canvas.text(Figure.plain(value / 1e6), place, bottom + 18, "tick", anchor: .middle)
    }
    for value in y.ticks(room: 16) where y.place(value) < bottom - 10 {
      let place = y.place(value)
      canvas.line(Self.left, place, Self.right, place, "grid")
      canvas.text("\(Figure.plain(value * 100)) %", Self.left - 8, place + 4, "tick", anchor: .end)
    }
    canvas.text("0", Self.left - 8, bottom + 4, "tick", anchor: .end)
    canvas.rectangle(Self.left, ceiling, width: Self.right - Self.left, height: bottom - ceiling, "frame")
    canvas.text(
      "weights and activations that one inference moves, in MB (10⁶ bytes)", (Self.left + Self.right) / 2, bottom + 40,
      "axis", anchor: .middle)
    canvas.text(
      "relative error of the outputs (RMS, against FP32)", 26, (bottom + ceiling) / 2, "axis", anchor: .middle,
      degrees: -90)
  }

  /// Steps through the contracts that none beats: what is right of and above them is worse than one of them.
  private func drawFront(on canvas: inout SVGCanvas) {
    let front = points.filter(\.entry.isSmallest).sorted { $0.bytes < $1.bytes }
    for (point, next) in zip(front, front.dropFirst()) {
      let (start, end) = (x.place(point.bytes), x.place(next.bytes))
      let (high, low) = (place(ofError: point.error), place(ofError: next.error))
      canvas.line(start, high, end, high, "front")
      canvas.line(end, high, end, low, "front")
    }
  }

  private func drawBudget(on canvas: inout SVGCanvas) {
    guard let maxError else { return }
    let line = place(ofError: maxError)
    canvas.line(Self.left, line, Self.right, line, "budget")
    canvas.text(
      "error at most \(ContractSection.share(maxError))", Self.right - 8, line - 6, "budget-text", anchor: .end)
  }

  /// Points, and labels beside the panel in the order of the errors.
  private func drawPoints(on canvas: inout SVGCanvas) {
    let sorted = points.sorted { place(ofError: $0.error) < place(ofError: $1.error) }
    let wanted = sorted.map { place(ofError: $0.error) }
    let gap = min(30, (bottom - ceiling - 16) / Double(max(sorted.count, 1)))
    let places = LabelLayout.spread(wanted, gap: gap, within: (ceiling + 8)...(bottom - 6))
    for (point, label) in zip(sorted, places) {
      let line = place(ofError: point.error)
      canvas.line(x.place(point.bytes), line, Self.right, label, "leader")
      canvas.line(Self.right, label, Self.labels - 6, label, "leader")
    }
    for (point, label) in zip(sorted, places) {
      let entry = point.entry
      let figures = [
        ContractSection.share(point.error), entry.byteShare.map { "\(Figure.fixed($0, 2))×" },
        entry.speed.map { "\(Figure.significant($0.throughput.mean)) samples/s" },
      ].compactMap { $0 }.joined(separator: " · ")
      let style = "point \(entry.speed == nil ? "emulated" : "native") \(entry.precision.rawValue)"
      canvas.circle(
        x.place(point.bytes), place(ofError: point.error), radius: 5, style, hint: "\(entry.contract): \(figures)")
      canvas.text(
        "\(entry.contract.shortened(to: 24))  \(figures)", Self.labels, label + 4, entry.isSmallest ? "best" : "tick")
    }
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let line = bottom + 68
    canvas.line(Self.left, line, Self.left + 28, line, "front")
    canvas.text(
      "front: less error needs more bytes (contracts on it in bold)", Self.left + 36, line + 4, "tick")
    canvas.circle(Self.left + 420, line, radius: 5, "point native bf16")
    canvas.text("timed natively here", Self.left + 434, line + 4, "tick")
    canvas.circle(Self.left + 570, line, radius: 5, "point emulated bf16")
    canvas.text("not timed", Self.left + 584, line + 4, "tick")
    canvas.text("× of FP32's bytes", Self.labels, line + 4, "tick")
  }
}
