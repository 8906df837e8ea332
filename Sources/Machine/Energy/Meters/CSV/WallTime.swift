import Glibc

/// A moment of the wall clock as files tell it.
struct WallTime: Hashable {
  /// Nanoseconds since the beginning of 1970 (UTC).
  let nanoseconds: Int64
  /// The step of its last digit, seconds: how much later it may have been.
  let step: Double

  /// Reads seconds since 1970 with or without a fraction, or ISO 8601 with a zone, such as `2026-03-01T12:30:00.25Z` or
  /// `2026-03-01 13:30:00+01:00`; nil for anything else.
  ///
  /// A time without a zone could be any: it is none.
  init?(_ text: String) {
    var rest = text.utf8[...]
    guard text.utf8.count <= 40 else { return nil }
    let whole = rest.prefix { Self.digit($0) != nil }
    if whole.count == rest.count || rest[whole.endIndex] == UInt8(ascii: ".") {
      // Not by way of a `Double`, which is exact to a quarter of a microsecond only.
      rest = rest.dropFirst(whole.count)
      guard let seconds = Int64(String(whole) ?? ""), seconds < 9_000_000_000, let fraction = Self.fraction(&rest),
        rest.isEmpty
      else { return nil }
      (nanoseconds, step) = (seconds * 1_000_000_000 + fraction.nanoseconds, fraction.step)
      return
    }
    guard let days = Self.date(&rest), Self.take(&rest, "T") || Self.take(&rest, " "), let time = Self.time(&rest),
      let fraction = Self.fraction(&rest), let zone = Self.zone(&rest), rest.isEmpty
    else { return nil }
    let seconds = days * 86400 + time - zone * 60
    guard seconds >= 0, seconds < 9_000_000_000 else { return nil }
    (nanoseconds, step) = (Int64(seconds) * 1_000_000_000 + fraction.nanoseconds, fraction.step)
  }

  /// Days from the beginning of 1970 to a date, `2026-03-01`.
  private static func date(_ rest: inout Substring.UTF8View) -> Int? {
    guard let year = digits(&rest, 4), take(&rest, "-"), let month = digits(&rest, 2), take(&rest, "-"),
      let day = digits(&rest, 2), year >= 1970, (1...12).contains(month), (1...length(of: month, year)).contains(day)
    else { return nil }
    return days(year, month, day)
  }

  /// Seconds of a day, `12:30:00`.
  private static func time(_ rest: inout Substring.UTF8View) -> Int? {
    guard let hour = digits(&rest, 2), take(&rest, ":"), let minute = digits(&rest, 2), take(&rest, ":"),
      let second = digits(&rest, 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    return (hour * 60 + minute) * 60 + second
  }

  /// Days from the beginning of 1970 to a date of the Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let before = year - 1
    let years = (year - 1970) * 365 + before / 4 - before / 100 + before / 400 - 477
    return years + (1..<month).reduce(0) { $0 + length(of: $1, year) } + day - 1
  }

  private static func length(of month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 2: isLeap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func digits(_ rest: inout Substring.UTF8View, _ count: Int) -> Int? {
    guard rest.count >= count else { return nil }
    var value = 0
    for byte in rest.prefix(count) {
      guard let digit = digit(byte) else { return nil }
      value = value * 10 + digit
    }
    rest = rest.dropFirst(count)
    return value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
  }

  private static func take(_ rest: inout Substring.UTF8View, _ sign: Unicode.Scalar) -> Bool {
    guard let first = rest.first, first == UInt8(ascii: sign) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// What follows a point, where there is one; what is finer than a nanosecond is cut off.
  private static func fraction(_ rest: inout Substring.UTF8View) -> (nanoseconds: Int64, step: Double)? {
    guard take(&rest, ".") else { return (0, 1) }
    var (value, unit, step) = (Int64(0), Int64(100_000_000), 1.0)
    while let digit = rest.first.flatMap(Self.digit) {
      value += Int64(digit) * unit
      unit /= 10
      step /= 10
      rest = rest.dropFirst()
    }
    return step < 1 ? (value, step) : nil
  }

  /// Minutes that a zone is ahead of UTC.
  private static func zone(_ rest: inout Substring.UTF8View) -> Int? {
    if take(&rest, "Z") { return 0 }
    let isAhead = take(&rest, "+")
    guard isAhead || take(&rest, "-"), let hours = digits(&rest, 2), hours < 24 else { return nil }
    _ = take(&rest, ":")
    guard let minutes = digits(&rest, 2), minutes < 60 else { return nil }
    return (isAhead ? 1 : -1) * (hours * 60 + minutes)
  }
}

/// The wall clock beside the monitor's.
struct WallMapping: Sendable {
  /// Nanoseconds since the beginning of 1970.
  let wall: @Sendable () -> Int64
  /// Nanoseconds of the monitor's clock.
  let monitor: @Sendable () -> Int64

  /// How far the wall clock is ahead now, and the moment.
  func now() -> (ahead: Int64, monitor: Int64, wall: Int64) {
    let before = monitor()
    let wall = wall()
    let middle = before + (monitor() - before) / 2
    return (wall - middle, middle, wall)
  }

  /// The system's wall clock, nanoseconds.
  static let system: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(clockid_t(CLOCK_REALTIME), &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
