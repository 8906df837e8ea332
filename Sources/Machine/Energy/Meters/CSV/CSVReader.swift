/// What the end of a file tells when it is opened.
final class CSVOpening {
  private let meter: CSVMeter
  private let file: GrowingFile
  private var columns: CSVColumns?
  private var rows: [CSVColumns.Row] = []

  init(_ meter: CSVMeter) throws(MeterFault) {
    self.meter = meter
    file = try GrowingFile(meter.file)
  }

  /// Takes what there is; what is still missing to read on, nil for nothing.
  func look() throws(MeterFault) -> MeterFault? {
    let path = GrowingFile.shown(meter.file)
    let lines = try file.lines()
    guard let header = file.header else {
      return MeterFault("\(path) has no first line yet, which should name the columns time, and watts or joules.")
    }
    guard let columns = columns ?? CSVColumns(header: header) else {
      throw MeterFault(
        "The first line of \(path) is \"\(ForeignText.shown(header, limit: 80))\"; it should name the column time, and one column watts "
          + "or joules, with commas in between.")
    }
    self.columns = columns
    var garbage: MeterFault?
    for line in lines where !columns.isHeader(line) {
      guard let row = columns.row(line) else {
        garbage = CSVReader.garbage(path, line, columns)
        continue
      }
      // What had been written before only tells how the file grows: the last row has to be sound.
      garbage = nil
      if row.time == rows.last?.time { continue }
      // A clock that was set back makes what is older useless.
      if let last = rows.last, row.time < last.time { rows = [] }
      rows.append(row)
      if rows.count > 40 { rows.removeFirst(20) }
    }
    if let garbage { throw garbage }
    guard let last = rows.last, rows.count > 1 else {
      return MeterFault(
        "\(path) has fewer than two rows, so nobody knows how often it grows; the program that writes it has to run.")
    }
    let now = meter.mapping.now()
    if let ahead = CSVReader.ahead(path, last, now.wall) { throw ahead }
    let age = Double(now.wall - last.time) / 1e9
    guard age <= CSVReader.longestSilence(interval) else {
      return MeterFault(
        "The last row of \(path) is \(PowerTrace.text(age)) s old; the program that writes it has to run, and to tell the time "
          + "of this machine's clock in UTC.")
    }
    return nil
  }

  /// Seconds between rows: the median, as programs pause and stutter.
  private var interval: Double {
    let gaps = zip(rows, rows.dropFirst()).map { Double($1.time - $0.time) / 1e9 }.sorted()
    return gaps.isEmpty ? 1 : min(max(gaps[gaps.count / 2], CSVReader.leastInterval), 60)
  }

  /// Reads on.
  func reader() throws(MeterFault) -> CSVReader {
    guard let columns, let last = rows.last else { throw MeterFault("\(GrowingFile.shown(meter.file)) has no rows.") }
    let interval = interval
    var traits = columns.unit.traits(
      channel: meter.label, interval: interval, step: rows.map(\.step).min() ?? last.step, scope: meter.scope,
      period: max(interval, 0.05))
    // Moments without a fraction are that much older.
    traits.updateInterval += rows.map(\.moment.step).min() ?? 0
    return CSVReader(meter, file, columns, traits, interval: interval, Array(rows.suffix(2)))
  }
}

/// Reads the rows that are appended to a file.
final class CSVReader: MeterReader {
  let traits: MeterTraits
  private let meter: CSVMeter
  private let path: String
  private let interval: Double
  private var file: GrowingFile
  private var columns: CSVColumns
  private var opening: [CSVColumns.Row]
  private var lastRow: Int64?
  private var last: (ahead: Int64, monitor: Int64, wall: Int64)
  private var grown: Int64
  private var pending: MeterFault?

  /// Rows that are closer are passed over, seconds: nobody needs them, and they would fill the memory.
  static let leastInterval = 0.01

  init(
    _ meter: CSVMeter, _ file: GrowingFile, _ columns: CSVColumns, _ traits: MeterTraits, interval: Double,
    _ opening: [CSVColumns.Row]
  ) {
    self.meter = meter
    self.file = file
    self.columns = columns
    self.traits = traits
    self.interval = interval
    self.opening = opening
    path = GrowingFile.shown(meter.file)
    last = meter.mapping.now()
    grown = last.monitor
  }

  func read() throws(MeterFault) -> [MeterSample] {
    if let fault = pending {
      pending = nil
      throw fault
    }
    let now = meter.mapping.now()
    defer { last = now }
    if isClockSet(now) {
      // What is written about now is by one clock or by the other.
      (lastRow, opening) = (nil, [])
      _ = try file.lines()
      throw MeterFault("The wall clock was set or the machine slept, so the moments of rows of \(path) are not known.")
    }
    if try file.isReplaced() {
      try reopen()
      throw MeterFault("\(path) was replaced or cut off, so rows may be lost.")
    }
    var samples: [MeterSample] = []
    var fault: MeterFault?
    for row in opening { take(row, now, &samples, &fault) }
    opening = []
    let lines = try file.lines()
    for line in lines where !columns.isHeader(line) {
      guard let row = columns.row(line) else {
        fault = Self.garbage(path, line, columns)
        continue
      }
      take(row, now, &samples, &fault)
    }
    if file.hadLongLine() {
      fault = MeterFault("A row of \(path) has more than \(GrowingFile.lineLimit) bytes, so it was left out.")
    }
    if !samples.isEmpty { grown = now.monitor }
    let silence = Self.longestSilence(interval)
    if fault == nil, samples.isEmpty, Double(now.monitor - grown) / 1e9 > silence {
      fault = MeterFault("\(path) has had no new row for more than \(PowerTrace.text(silence)) s.")
    }
    guard let fault else { return samples }
    guard !samples.isEmpty else { throw fault }
    pending = fault
    return samples
  }

  private func take(
    _ row: CSVColumns.Row, _ now: (ahead: Int64, monitor: Int64, wall: Int64), _ samples: inout [MeterSample],
    _ fault: inout MeterFault?
  ) {
    if let ahead = Self.ahead(path, row, now.wall) {
      fault = ahead
      return
    }
    if let lastRow {
      guard row.time >= lastRow else {
        fault = MeterFault("The time of \(path) went back, so a row was left out.")
        return
      }
      if row.time - lastRow < Int64(Self.leastInterval * 1e9) { return }
    }
    lastRow = row.time
    samples.append(MeterSample(time: row.time - now.ahead, values: [row.value]))
  }

  private func reopen() throws(MeterFault) {
    let new = try GrowingFile(meter.file)
    guard let header = new.header, let columns = CSVColumns(header: header), columns.unit == self.columns.unit else {
      throw MeterFault(
        "\(path) was replaced, and its first line does not name the columns time and \(columns.unit.rawValue).")
    }
    (file, self.columns, lastRow) = (new, columns, nil)
  }

  /// Whether the wall clock moved otherwise than the monitor's. A clock that is adjusted smoothly is off by at most 500 in a
  /// million (adjtimex(2)).
  private func isClockSet(_ now: (ahead: Int64, monitor: Int64, wall: Int64)) -> Bool {
    let allowed = 50_000_000 + (now.monitor - last.monitor).magnitude / 1000
    return (now.ahead - last.ahead).magnitude > allowed
  }

  static func longestSilence(_ interval: Double) -> Double { max(5, 3 * interval) }

  static func garbage(_ path: String, _ line: String, _ columns: CSVColumns) -> MeterFault {
    MeterFault(
      "A row of \(path) is \"\(ForeignText.shown(line, limit: 60))\", which has no time with a number of \(columns.unit.rawValue)."
    )
  }

  static func ahead(_ path: String, _ row: CSVColumns.Row, _ wall: Int64) -> MeterFault? {
    // A clock read to the second may be rounded up.
    let seconds = Double(row.time - wall) / 1e9
    guard seconds > 1 else { return nil }
    return MeterFault(
      "The time of a row of \(path) is \(PowerTrace.text(seconds)) s ahead of this machine's clock; it should be in UTC, in "
        + "seconds.")
  }
}
