import CLinux

/// Reads a command that goes on.
final class ExecStreamReader: MeterReader {
  let traits: MeterTraits
  let run: ExecRun
  private let meter: ExecMeter
  private let unit: ToldUnit
  private var opening: [MeterSample]
  /// Until when it has been seen what came.
  private var seen: Int64
  /// When the last line came, by a clock that is none of a test's.
  private var heard = clinux_clock_ns()
  private let longestSilence: Double

  var childSeconds: Double { run.seconds }

  init(_ meter: ExecMeter, _ run: ExecRun, unit: ToldUnit, traits: MeterTraits, _ opening: [MeterSample]) {
    self.meter = meter
    self.run = run
    self.unit = unit
    self.traits = traits
    self.opening = opening
    seen = meter.clock()
    longestSilence = max(meter.patience.line, 3 * traits.updateInterval)
  }

  func read() throws(MeterFault) -> [MeterSample] {
    guard opening.isEmpty else {
      defer { opening = [] }
      return opening
    }
    let batch = try run.take(within: meter.patience.reading)
    let span = batch.hadCome ? max(batch.time - seen, 0) : 0
    seen = batch.time
    guard !batch.lines.isEmpty else {
      guard Double(clinux_clock_ns() - heard) / 1e9 <= longestSilence else {
        throw run.fault("has printed nothing for more than \(PowerTrace.text(longestSilence)) s")
      }
      return []
    }
    heard = clinux_clock_ns()
    return [try run.sample(batch, unit, span: span)]
  }
}

/// Reads a command that ends after a line, by running it again and again.
final class ExecOnceReader: MeterReader {
  let traits: MeterTraits
  private(set) var childSeconds: Double
  private let meter: ExecMeter
  private let unit: ToldUnit
  private var opening: [MeterSample]

  init(
    _ meter: ExecMeter, unit: ToldUnit, traits: MeterTraits, _ opening: [MeterSample], childSeconds: Double
  ) {
    self.childSeconds = childSeconds
    self.meter = meter
    self.unit = unit
    self.traits = traits
    self.opening = opening
  }

  func read() throws(MeterFault) -> [MeterSample] {
    guard opening.isEmpty else {
      defer { opening = [] }
      return opening
    }
    let run = try ExecRun(meter)
    defer {
      run.end()
      childSeconds += run.seconds
    }
    guard case .isOver(let batch, _) = try run.beginning(isBrief: true) else {
      throw run.fault("went on after its first line, unlike before")
    }
    return [try run.sample(batch, unit)]
  }
}

extension ExecRun.Batch {
  /// The reading that the lines are together: the mean of powers, or the last count; nil where they are not all of this unit.
  ///
  /// - Parameter span: the nanoseconds in which they came; nobody saw when.
  func sample(_ unit: ToldUnit, span: Int64 = 0) -> MeterSample? {
    guard let last = lines.last, lines.allSatisfy({ $0.unit == unit }) else { return nil }
    let count = lines.count
    // A mean belongs to the middle of the time; the last of evenly spread lines came half of their distance before its end.
    let (number, age) =
      switch unit {
      case .watts: (lines.reduce(0) { $0 + $1.number.value } / Double(count), span / 2)
      case .joules: (last.number.value, span / (2 * Int64(count)))
      }
    return unit.value(number).map { MeterSample(time: time - age, values: [$0]) }
  }
}

extension ExecRun {
  /// The reading that lines are together.
  func sample(_ batch: Batch, _ unit: ToldUnit, span: Int64 = 0) throws(MeterFault) -> MeterSample {
    guard let sample = batch.sample(unit, span: span) else {
      throw fault("prints watts and joules, of which only one can be meant")
    }
    return sample
  }
}
