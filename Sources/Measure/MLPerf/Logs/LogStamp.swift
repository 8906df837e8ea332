import Glibc

/// Instants as MLPerf's logs write them, UTC.
enum LogStamp {
  /// `2026-11-22T10:44:24Z`.
  static func datetime(_ nanoseconds: Int64) -> String {
    let time = civil(nanoseconds)
    return "\(digits(time.year, 4))-\(digits(time.month))-\(digits(time.day))T"
      + "\(digits(time.hour)):\(digits(time.minute)):\(digits(time.second))Z"
  }

  /// `11-22-2026 10:44:24.477`, as power meters' logs have it.
  static func power(_ nanoseconds: Int64) -> String {
    let time = civil(nanoseconds)
    return "\(digits(time.month))-\(digits(time.day))-\(digits(time.year, 4)) "
      + "\(digits(time.hour)):\(digits(time.minute)):\(digits(time.second)).\(digits(time.millisecond, 3))"
  }

  private struct Civil {
    var year, month, day, hour, minute, second, millisecond: Int
  }

  private static func civil(_ nanoseconds: Int64) -> Civil {
    let milliseconds = (Double(nanoseconds) / 1e6).rounded(.down)
    var seconds = time_t((milliseconds / 1000).rounded(.down))
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return Civil(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: Int(parts.tm_sec), millisecond: Int(milliseconds - Double(seconds) * 1000))
  }

  private static func digits(_ value: Int, _ count: Int = 2) -> String {
    let text = "\(value)"
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
