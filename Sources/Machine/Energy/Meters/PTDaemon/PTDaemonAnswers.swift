/// What PTDaemon's answers say; nil where they say something else.
///
/// The protocol's description is not public. Its words are taken from what public clients send and expect: MLCommons' power-dev
/// (ptd_client_server), the power module of SPEC CPU 2017's tools, and logs in issues of power-dev.
enum PTDaemonAnswers {
  /// The daemon and its analyzer, as `Identify` tells them.
  struct Identity: Hashable {
    /// The analyzer, for example `YokogawaWT310E`.
    let model: String
    /// The daemon's version, for example `1.10.0`.
    let version: String
    /// Seconds over which the analyzer averages; nil where it does not say.
    let interval: Double?
    /// Whether it measures power (it can be started for temperature instead).
    let measuresPower: Bool
    /// Whether it lets clients set ranges.
    let setsRanges: Bool
  }

  /// Reads `MODEL,INTERVAL_MS,` six flags of what is measured, whether SPEC accepts the analyzer, and
  /// `version=V-CRC-DATE,OS=...,mode=power,ACCURACY,RANGES,...`.
  static func identity(_ line: String) -> Identity? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 2, let place = fields.firstIndex(where: { $0.hasPrefix("version=") }) else { return nil }
    let version = fields[place].dropFirst("version=".count).prefix { $0 != "-" && $0 != ";" }
    guard !version.isEmpty else { return nil }
    let mode = fields.firstIndex { $0.hasPrefix("mode=") }
    // The two fields after the mode say whether uncertainty is told and whether ranges can be set.
    let ranges = mode.flatMap { $0 + 2 < fields.count ? fields[$0 + 2] : nil }
    let milliseconds = number(fields[1])
    return Identity(
      model: ForeignText.shown(fields[0]), version: ForeignText.shown(version, limit: 20),
      interval: milliseconds.flatMap { $0 > 0 && $0 <= 60_000 ? $0 / 1000 : nil },
      measuresPower: (mode.map { fields[$0] == "mode=power" } ?? true) && !(fields.count > 2 && fields[2] == "0"),
      setsRanges: ranges != "0")
  }

  /// Whether the version is one whose words are those of this client: 1.9.1, the oldest that SPEC CPU 2017 takes, and what
  /// came after it under the same first number.
  static func isKnown(version: String) -> Bool {
    let parts = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) }
    guard parts.count >= 2, parts[0] == 1, let second = parts[1] else { return false }
    return second > 9 || (second == 9 && parts.count > 2 && (parts[2] ?? 0) >= 1)
  }

  /// A range as `RR` tells it: whether it is chosen automatically, and which it is; nil where the daemon does not know.
  struct Range: Hashable {
    let isAutomatic: Bool?
    let fixed: Double?
  }

  /// Reads `Ranges,AUTO_A,A,AUTO_V,V`: 1, 0 or -1 for unknown, and amperes or volts or -1.
  static func ranges(_ line: String) -> (amperes: Range, volts: Range)? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 5, fields[0] == "Ranges" else { return nil }
    func range(_ place: Int) -> Range? {
      guard let automatic = number(fields[place]), let value = number(fields[place + 1]) else { return nil }
      return Range(isAutomatic: automatic < 0 ? nil : automatic != 0, fixed: automatic == 0 && value > 0 ? value : nil)
    }
    guard let amperes = range(1), let volts = range(3) else { return nil }
    return (amperes, volts)
  }

  /// Seconds between samples as the answer to `Go` tells them: `Starting untimed measurement, ... at 1000ms with ...`.
  static func interval(_ line: String) -> Double? {
    for word in line.split(separator: " ") where word.hasSuffix("ms") {
      if let milliseconds = number(word.dropLast(2)), milliseconds >= 1 { return milliseconds / 1000 }
    }
    return nil
  }

  /// The number of samples that follow, as `Last N samples` tells it.
  static func count(_ line: String) -> Int? {
    let words = line.split(separator: " ")
    guard words.count >= 3, words[0] == "Last", words[2].hasPrefix("sample"), let count = Int(words[1]), count >= 0
    else {
      return nil
    }
    return count
  }

  /// A sample.
  struct Sample: Hashable {
    /// When it was taken by the daemon's own clock on its wall, nanoseconds: neither its zone nor its error is known.
    let stamp: Int64
    /// Watts as they are written, which may be no number that makes sense.
    let watts: Double
  }

  /// Reads `Time,MM-DD-YYYY HH:MM:SS.mmm,Watts,W,...`.
  static func sample(_ line: String) -> Sample? {
    let fields = line.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count >= 4, fields[0] == "Time", fields[2] == "Watts", let stamp = time(fields[1]),
      let watts = Double(fields[3])
    else { return nil }
    return Sample(stamp: stamp, watts: watts)
  }

  /// The largest uncertainty of a sample so far, as a share, from `Uncertainty,AVG,MIN,MAX,total,invalid,valid,unknown`;
  /// nil where it is not known, as without samples or without an analyzer whose errors the daemon knows.
  static func uncertainty(_ line: String) -> Double? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 4, fields[0] == "Uncertainty", let average = number(fields[1]), let most = number(fields[3]),
      average > 0, most >= average, most < 1
    else { return nil }
    return most
  }

  private static func number(_ text: Substring) -> Double? {
    guard let number = Double(text), number.isFinite else { return nil }
    return number
  }

  /// Nanoseconds of a clock on the wall, from `MM-DD-YYYY HH:MM:SS.fraction`, as if it showed universal time.
  private static func time(_ text: Substring) -> Int64? {
    let halves = text.split(separator: " ")
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-").map { digits($0, most: 4) }
    let clock = halves[1].split(separator: ":")
    guard date.count == 3, clock.count == 3, let month = date[0], let day = date[1], let year = date[2] else {
      return nil
    }
    let second = clock[2].split(separator: ".", omittingEmptySubsequences: false)
    guard second.count <= 2, let hours = digits(clock[0], most: 2), let minutes = digits(clock[1], most: 2),
      let seconds = digits(second[0], most: 2), (1...12).contains(month), (1...31).contains(day),
      (1970...2200).contains(year), hours < 24, minutes < 60, seconds <= 60
    else { return nil }
    var fraction: Int64 = 0
    if second.count == 2 {
      guard let value = digits(second[1], most: 9) else { return nil }
      fraction = (second[1].utf8.count..<9).reduce(value) { result, _ in result * 10 }
    }
    let time = days(year: year, month: month, day: day) * 86_400 + hours * 3600 + minutes * 60 + seconds
    return time * 1_000_000_000 + fraction
  }

  private static func digits(_ text: Substring, most: Int) -> Int64? {
    guard (1...most).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text)
  }

  /// Days since 1970-01-01 of the Gregorian calendar.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years begin in March here, so that the leap day is the last of its year; months then last 153 days in five.
    let shifted = month > 2 ? year : year - 1
    let months = (month + 9) % 12
    let leaps = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leaps + (153 * months + 2) / 5 + day - 1 - 719_468
  }
}
