/// A time of a record, `2025-03-01T12:00:00Z`, read with care: a record may come from anywhere.
struct ISOTime {
  /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
  let unixSeconds: Int
  /// The same without its zone, which is UTC: `2025-03-01T12:00:00`.
  let withoutZone: String

  /// Reads a time of exactly that form; nil for anything else.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let pattern = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
    guard bytes.count == pattern.count else { return nil }
    for (byte, wanted) in zip(bytes, pattern) {
      guard wanted == UInt8(ascii: "d") ? (48...57).contains(byte) : byte == wanted else { return nil }
    }
    func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    guard (1...12).contains(month), (1...Self.days(month, year)).contains(day), hour < 24, minute < 60, second < 61
    else {
      return nil
    }
    // Days since the first of March of year 0: every leap day is then the last day of its year.
    let (years, months) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let leapDays = years.quotient(4) - years.quotient(100) + years.quotient(400)
    let date = years * 365 + leapDays + (153 * months + 2) / 5 + day - 1
    unixSeconds = (date - 719_468) * 86400 + hour * 3600 + minute * 60 + second
    withoutZone = String(text.dropLast())
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Int {
  /// The quotient, rounded down.
  fileprivate func quotient(_ divisor: Int) -> Int { self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor) }
}
