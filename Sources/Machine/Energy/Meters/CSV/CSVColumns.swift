/// Which columns of a file hold the readings, as its first line says.
struct CSVColumns: Hashable {
  /// What the readings are.
  let unit: ToldUnit
  private let time: Int
  private let value: Int
  private let header: String

  /// A row's reading.
  struct Row: Hashable {
    /// When it was true.
    let moment: WallTime
    /// The reading.
    let value: MeterSample.Value
    /// The step of its last digit.
    let step: Double

    /// When it was true, nanoseconds since the beginning of 1970.
    var time: Int64 { moment.nanoseconds }
  }

  /// Reads the names of columns: `time`, and `joules` or else `watts`. Nil where they, or one of them, are not there just once.
  init?(header: String) {
    let names = Self.fields(header.hasPrefix("\u{FEFF}") ? String(header.dropFirst()) : header).map { $0.lowercased() }
    guard let time = Self.only("time", in: names) else { return nil }
    if let joules = Self.only("joules", in: names) {
      (unit, value) = (.joules, joules)
    } else if !names.contains("joules"), let watts = Self.only("watts", in: names) {
      (unit, value) = (.watts, watts)
    } else {
      return nil
    }
    self.time = time
    self.header = header
  }

  /// Whether a line says the names once more, as after a restart of the program that writes it.
  func isHeader(_ line: String) -> Bool { line == header }

  /// A row's reading; nil where it has none.
  func row(_ line: String) -> Row? {
    let fields = Self.fields(line)
    guard fields.indices.contains(time), fields.indices.contains(value), let moment = WallTime(fields[time]),
      let number = PlainNumber(fields[value]), let value = unit.value(number.value)
    else { return nil }
    return Row(moment: moment, value: value, step: number.step)
  }

  private static func only(_ name: String, in names: [String]) -> Int? {
    guard let first = names.firstIndex(of: name), names.lastIndex(of: name) == first else { return nil }
    return first
  }

  /// The fields of a line without blanks around them. Where one begins with a quotation mark, commas up to the next belong
  /// to it (RFC 4180).
  private static func fields(_ line: String) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    for byte in line.utf8 {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(trimmed(field))
        field = []
      default: field.append(byte)
      }
    }
    return fields + [trimmed(field)]
  }

  private static func trimmed(_ bytes: [UInt8]) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
    return String(decoding: Array(bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()), as: UTF8.self)
  }
}
