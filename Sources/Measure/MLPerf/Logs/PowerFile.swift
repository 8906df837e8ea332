import LoadGen

/// `spl.txt`: what a meter said once a second, in the lines that MLPerf's power tools read.
///
/// The format is PTDaemon's log as MLPerf keeps it. Meters other than a SPEC-approved analyser know neither volts nor amperes
/// nor the power factor: those are -1, and the mark names the true source. Only results of such an analyser are MLPerf Power.
public struct PowerFile: Sendable {
  /// The file's name.
  public static let name = "spl.txt"

  /// The mean power of a second.
  public struct Line: Hashable, Sendable {
    /// Its end by the wall clock, nanoseconds since 1970, UTC.
    public let time: Int64
    /// Watts.
    public let watts: Double

    /// Makes a line.
    public init(time: Int64, watts: Double) {
      self.time = time
      self.watts = watts
    }
  }

  private let source: String
  private let lines: [Line]

  /// Makes a file of what one source said.
  ///
  /// - Parameter source: the meter's name, with `modelled` in front of a model's.
  public init(source: String, lines: [Line]) {
    self.source = source
    self.lines = lines
  }

  /// The file.
  public var file: LogFile {
    // A comma would end the field.
    let mark = source.map { $0 == "," || $0.isNewline ? " " : $0 }
    let text = lines.map { line in
      "Time,\(LogStamp.power(line.time)),Watts,\(JSONText.number(line.watts)),Volts,-1,Amps,-1,PF,-1,Mark,\(String(mark))\n"
    }
    return LogFile(name: Self.name, text: text.joined())
  }
}
