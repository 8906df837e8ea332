import CLinux

/// Reads a CSV file to which another program appends rows while we measure.
///
/// The first line names the columns, in any order: `time` (seconds since 1970 with a fraction, or ISO 8601 with a zone; by this
/// machine's clock), and `joules` (counted up, never anew) or else `watts`. Others are passed over. The rows may come late, as
/// each tells its own time; they should be at most some seconds apart.
public struct CSVMeter: Meter {
  /// `csv`, unless the user named it.
  public let name: String

  let file: String
  let scope: MeterScope
  let mapping: WallMapping
  let patience: Double

  /// Makes a meter that reads a file.
  ///
  /// - Parameters:
  ///   - file: its path.
  ///   - name: what it is called in records.
  ///   - scope: what is measured, as the user says.
  public init(file: String, name: String = "csv", scope: MeterScope = .unstated) {
    self.init(
      file: file, name: name, scope: scope,
      mapping: WallMapping(wall: WallMapping.system, monitor: { clinux_clock_ns() }))
  }

  /// - Parameter patience: seconds that rows are waited for when it is opened.
  init(
    file: String, name: String = "csv", scope: MeterScope = .unstated, mapping: WallMapping, patience: Double = 5
  ) {
    self.name = name
    self.file = file
    self.scope = scope
    self.mapping = mapping
    self.patience = patience
  }

  /// Opens the file. Its program has to be running: where it has not written a row for a while, one is waited for, for some
  /// seconds.
  public func open() throws(MeterFault) -> any MeterReader {
    guard !file.isEmpty, !file.utf8.contains(0) else {
      throw MeterFault("The meter \(name) has no file: say `csv:FILE`.")
    }
    let opening = try CSVOpening(self)
    let limit = clinux_clock_ns() + Int64(patience * 1e9)
    while true {
      let missing = try opening.look()
      guard let missing else { break }
      guard clinux_clock_ns() < limit else { throw missing }
      clinux_sleep_ns(20_000_000)
    }
    return try opening.reader()
  }

  var label: String { ForeignText.shown(file.split(separator: "/").last ?? "file", limit: 30) }
}
