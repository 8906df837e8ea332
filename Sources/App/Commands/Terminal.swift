import Foundation
import Reports

/// What the standard streams are connected to, and writing to them. The only place that prints.
enum Terminal {
  /// Whether standard output is a terminal.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error is a terminal.
  static var isErrorInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// How reports are shown: the terminal's width, or where the output is not a terminal 120 columns, and tables as wide as
  /// they need to be; colours unless NO_COLOR.
  static var style: ReportStyle { style(of: STDOUT_FILENO) }

  /// The same for what is written to standard error.
  static var errorStyle: ReportStyle { style(of: STDERR_FILENO) }

  private static func style(of descriptor: Int32) -> ReportStyle {
    guard let width = width(of: descriptor) else { return ReportStyle(width: 120, tableWidth: ReportStyle.widest) }
    let colours = isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    return ReportStyle(width: width, isColoured: colours)
  }

  /// Columns of the terminal behind a descriptor, or nil.
  static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes text to standard output as it is.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be written, for example on a full disk. A reader that went away is no
  ///   failure.
  static func write(_ text: String) throws(CommandFailure) { try write(Array(text.utf8), to: STDOUT_FILENO) }

  /// Writes a value as JSON with sorted keys to standard output.
  static func write(json value: some Encodable) throws { try write(try text(json: value)) }

  /// A value as JSON with sorted keys, ended by a line feed.
  static func text(json value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// One line without control and direction characters: names from files must not steer a terminal.
  static func harmless(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// Writes text to standard error; what cannot be written there is lost.
  static func note(_ text: String) { try? write(Array(text.utf8), to: STDERR_FILENO) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(CommandFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        if errno == EPIPE { return }
        throw CommandFailure("Cannot write to the output: \(String(cString: strerror(errno))).", exitCode: 73)
      }
      rest = rest.dropFirst(count)
    }
  }
}
