import LoadGen

/// The value of one line, in the form that its key wants.
struct UserConfValue {
  let entry: UserConf.Entry
  let file: String

  func fault(_ reason: String) -> UserConfError { UserConfError(file: file, line: entry.line, reason: reason) }

  /// A whole number in decimal digits. LoadGen also takes 0x10, 010 (as 8), 3.7 (as 3) and 1e5 (as 1): nobody means those.
  func integer(in range: ClosedRange<UInt64>) throws(UserConfError) -> UInt64 {
    let isPlain = entry.value.utf8.allSatisfy { (48...57).contains($0) }
    guard isPlain, entry.value == "0" || !entry.value.hasPrefix("0"), let value = UInt64(entry.value),
      range.contains(value)
    else {
      throw fault(
        "`\(entry.key)` takes a whole number from \(range.lowerBound) to \(range.upperBound), and `"
          + "\(UserConf.shown(entry.value))` is none")
    }
    return value
  }

  /// A count, or a place.
  func count() throws(UserConfError) -> Int { Int(try integer(in: 0...1_000_000_000_000)) }

  /// Whole milliseconds, at most a year, as nanoseconds.
  func milliseconds() throws(UserConfError) -> Int64 { Int64(try integer(in: 0...Self.year)) * 1_000_000 }

  /// Milliseconds that may have a fraction, as nanoseconds.
  func fractionalMilliseconds() throws(UserConfError) -> Int64 {
    guard let value = number, value > 0, value <= Double(Self.year) else {
      throw fault("`\(entry.key)` takes milliseconds above 0, and `\(UserConf.shown(entry.value))` are none")
    }
    return Swift.max(1, Int64(value * 1e6))
  }

  /// Queries or samples a second.
  func rate() throws(UserConfError) -> Double {
    guard let value = number, value > 0 else {
      throw fault("`\(entry.key)` takes a rate a second above 0, and `\(UserConf.shown(entry.value))` is none")
    }
    return value
  }

  /// A percentage as a share. LoadGen multiplies by 0.01, which is not the same in the last bit as dividing by 100.
  func share() throws(UserConfError) -> Double {
    guard let value = number, value > 0, value < 100 else {
      throw fault("`\(entry.key)` takes a percentage between 0 and 100, and `\(UserConf.shown(entry.value))` is none")
    }
    return value * 0.01
  }

  func flag() throws(UserConfError) -> Bool { try integer(in: 0...1) == 1 }

  func mode() throws(UserConfError) -> TestMode {
    switch entry.value {
    case "1": return .accuracy
    case "2": return .performance
    case "0": throw fault("mode 0 runs both modes; run accuracy (1) and performance (2) one after the other")
    case "3": throw fault("mode 3 searches the peak rate; use `assay mlperf peak`")
    default:
      throw fault("`mode` is 1 for accuracy or 2 for performance, and `\(UserConf.shown(entry.value))` is neither")
    }
  }

  private static let year: UInt64 = 366 * 86_400_000

  /// A finite number.
  private var number: Double? {
    guard let value = Double(entry.value), value.isFinite else { return nil }
    return value
  }
}
