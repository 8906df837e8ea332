import Topology

/// Numbers as text: the same on every machine and in every locale.
enum Figure {
  /// A fixed number of decimals, at most 9, for example `22.40`.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let factor = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let scaled = (abs(value) * Double(factor)).rounded()
    // Beyond 2^53 the decimals say nothing; Swift's shortest text is honest about the size.
    guard scaled < 9e15 else { return "\(value)" }
    let units = Int(scaled)
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(units)" }
    let fraction = String(units % factor)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(units / factor).\(zeros)\(fraction)"
  }

  /// Four significant digits, for example `0.1234`, `22.41`, `1234`, `3.210e-7`.
  static func significant(_ value: Double) -> String {
    let size = abs(value)
    guard size > 0, size.isFinite, size < 1e15 else { return size == 0 ? "0" : fixed(value, 0) }
    if size >= 1000 { return fixed(value, 0) }
    var decimals = 1
    while decimals < 7, size < 1000 / tenTo(decimals) { decimals += 1 }
    guard size < 1e-4 else { return fixed(value, decimals) }
    var exponent = 0
    var mantissa = value
    // A loop, because its rounding is the same everywhere; subnormals end it after 324 steps.
    while abs(mantissa) < 1 {
      mantissa *= 10
      exponent += 1
    }
    return "\(fixed(mantissa, 3))e-\(exponent)"
  }

  /// As ``significant(_:)``, but without zeros at the end, for figures inside sentences: `1.6`, `250`.
  static func plain(_ value: Double) -> String {
    let text = significant(value)
    guard text.contains("."), !text.contains("e") else { return text }
    let trimmed = String(text.reversed().drop { $0 == "0" }.reversed())
    return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
  }

  private static func tenTo(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * 10 } }

  /// Nanoseconds as milliseconds.
  static func milliseconds(_ nanoseconds: Int64) -> String { significant(Double(nanoseconds) / 1e6) }

  /// Megabytes (10^6 bytes).
  static func megabytes(_ bytes: UInt64) -> String {
    let value = Double(bytes) / 1e6
    return value < 10 ? fixed(value, 2) : fixed(value, 1)
  }

  /// A share of 1 as a percentage, for example `93.8 %`.
  static func percent(_ share: Double, decimals: Int = 1) -> String { "\(fixed(share * 100, decimals)) %" }

  /// A figure that may be near 0 beside how far it may be off, which decides how many digits say something.
  static func plusMinus(_ value: Double, _ uncertainty: Double) -> String {
    let least = uncertainty / 1000
    let rounded = least.isNormal ? (value / least).rounded() * least : value
    return "\(significant(rounded == 0 ? 0 : rounded)) ±\(significant(uncertainty))"
  }

  /// How far bounds are from a figure, in percent of it, for example `-50/+100`.
  static func bounds(_ value: Double, from lower: Double, to upper: Double) -> String {
    "-\(fixed((value - lower) / value * 100, 0))/+\(fixed((upper - value) / value * 100, 0))"
  }

  /// A size in binary units as caches and memory are sold, for example `48 KiB`, `1.5 MiB`.
  static func binary(_ bytes: UInt64) -> String {
    var value = Double(bytes)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(value == value.rounded() || value >= 100 ? fixed(value, 0) : fixed(value, 1)) \(units[unit])"
  }

  /// A large count with a decimal prefix, for example `25.56 M`, `4.09 G`.
  static func count(_ value: Int) -> String {
    switch abs(Double(value)) {
    case 1e9...: "\(fixed(Double(value) / 1e9, 2)) G"
    case 1e6..<1e9: "\(fixed(Double(value) / 1e6, 2)) M"
    case 1e4..<1e6: "\(fixed(Double(value) / 1e3, 1)) k"
    default: "\(value)"
    }
  }

  /// A count in full, in groups of three digits, for example `25,557,032`.
  static func exact(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let groups = digits.indices.map { index in
      index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digits[index])" : "\(digits[index])"
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// Minutes and seconds, or hours, for example `0:07`, `12:30`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(seconds.rounded())
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let tail = (rest < 10 ? "0" : "") + String(rest)
    return hours > 0 ? "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)" : "\(minutes):\(tail)"
  }

  /// A number with its noun, for example `1 core`, `2 cores`.
  static func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
  }

  /// Indices as ranges, for example `0-3,8`; `none` for no index.
  static func ranges(_ indices: [Int]) -> String { indices.isEmpty ? "none" : CPUList.text(indices) }
}
