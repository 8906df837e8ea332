/// Moments as records tell them and as a history orders them: whole seconds since 1970, UTC.
public enum RecordTime {
  private static let secondsOfDay: Int64 = 86_400

  /// Reads an ISO 8601 time in UTC as records have it: `2025-03-01T12:00:00Z`, with parts of a second or without.
  ///
  /// - Returns: nil for everything else.
  public static func seconds(of text: String) -> Int64? {
    var fields = Substring(text)
    guard text.utf8.count <= 40, let day = day(&fields), fields.popFirst() == "T", let hour = number(&fields, 2),
      fields.popFirst() == ":", let minute = number(&fields, 2), fields.popFirst() == ":",
      let second = number(&fields, 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    if fields.first == "." {
      fields.removeFirst()
      let digits = fields.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { return nil }
      fields.removeFirst(digits.count)
    }
    guard fields == "Z" else { return nil }
    return day * secondsOfDay + hour * 3600 + minute * 60 + second
  }

  /// Reads what bounds a list of records: a time, a day `2025-03-01`, or how long ago, as `90m`, `36h`, `7d` or `4w`.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - isEnd: whether a day means its last second and not its first.
  /// - Returns: nil for everything else.
  public static func bound(_ text: String, now: Int64, isEnd: Bool) -> Int64? {
    if let seconds = seconds(of: text) { return seconds }
    var fields = Substring(text)
    if let day = day(&fields), fields.isEmpty { return day * secondsOfDay + (isEnd ? secondsOfDay - 1 : 0) }
    let units: [Character: Int64] = ["m": 60, "h": 3600, "d": secondsOfDay, "w": 7 * secondsOfDay]
    guard let unit = text.last.flatMap({ units[$0] }), text.utf8.count <= 8 else { return nil }
    let digits = text.dropLast()
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int64(digits) else {
      return nil
    }
    return now - count * unit
  }

  /// Days since 1970 of `YYYY-MM-DD` at the beginning of a text, which is taken away.
  private static func day(_ text: inout Substring) -> Int64? {
    guard let year = number(&text, 4), text.popFirst() == "-", let month = number(&text, 2), text.popFirst() == "-",
      let day = number(&text, 2), (1...12).contains(month), day >= 1, day <= days(of: month, year)
    else { return nil }
    // Leap days fall at the end of years that begin in March; 400 years are 146,097 days.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(of month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    default: 31
    }
  }

  /// A number of exactly so many digits at the beginning of a text, which is taken away.
  private static func number(_ text: inout Substring, _ digits: Int) -> Int64? {
    let field = text.prefix(digits)
    guard field.count == digits, field.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    text.removeFirst(digits)
    return Int64(field)
  }
}
