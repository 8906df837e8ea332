import Glibc

/// A plain column of numbers: one a line, as text.
///
/// Lines may be empty, have spaces or tabs around the number and end in CR LF; `#` starts a comment. Numbers are decimal, with a
/// point and an exponent where needed. Everything else is refused with its line: a comma may be a decimal sign or stand between
/// columns, and guessing would change numbers without a word.
public enum SampleColumn {
  /// The most numbers of a column.
  public static let limit = 20_000_000

  /// The longest text of a number, bytes.
  private static let longest = 1000

  /// Reads a column.
  ///
  /// - Throws: ``SampleError`` with the line that is no number, or where there is none.
  public static func read(_ bytes: [UInt8]) throws(SampleError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(min(bytes.count / 8, limit))
    var problem: SampleError?
    bytes.withUnsafeBufferPointer { bytes in
      do throws(SampleError) {
        try read(bytes, into: &values)
      } catch { problem = error }
    }
    if let problem { throw problem }
    guard !values.isEmpty else { throw SampleError(line: nil, reason: "holds no number; write one a line") }
    return values
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, into values: inout [Double]
  ) throws(SampleError) {
    // The byte order mark of UTF-8, which editors on Windows write.
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    while index < bytes.count {
      line += 1
      var (start, end) = (index, index)
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "#") { end += 1 }
      index = end
      while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      index += 1
      while start < end, isSpace(bytes[start]) { start += 1 }
      while end > start, isSpace(bytes[end - 1]) { end -= 1 }
      guard start < end else { continue }
      guard values.count < limit else {
        throw SampleError(line: line, reason: "is one more than the \(limit) numbers that a column may have")
      }
      values.append(try number(UnsafeBufferPointer(rebasing: bytes[start..<end]), line: line))
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  /// The number that a text is as a whole.
  private static func number(_ text: UnsafeBufferPointer<UInt8>, line: Int) throws(SampleError) -> Double {
    guard text.count <= longest, let parts = DecimalText(text) else { throw refused(text, line) }
    let value = parts.exact ?? slow(text)
    guard value.isFinite else {
      throw SampleError(line: line, reason: "\(shown(text)) is larger than any number that can be held")
    }
    return value
  }

  /// Correctly rounded whatever the digits; the text is known to be a decimal number, so that nothing else is read out of it.
  private static func slow(_ text: UnsafeBufferPointer<UInt8>) -> Double {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
      for (index, byte) in text.enumerated() { buffer[index] = CChar(bitPattern: byte) }
      buffer[text.count] = 0
      return buffer.baseAddress.map { strtod($0, nil) } ?? .nan
    }
  }

  private static func refused(_ text: UnsafeBufferPointer<UInt8>, _ line: Int) -> SampleError {
    let lowered = String(decoding: text.prefix(longest), as: UTF8.self).lowercased()
    let bare = lowered.drop { $0 == "-" || $0 == "+" }
    if bare == "nan" || bare == "inf" || bare == "infinity" {
      return SampleError(line: line, reason: "\(shown(text)) cannot be compared; only finite numbers can")
    }
    return SampleError(
      line: line,
      reason: "\(shown(text)) is not a number; write one number a line, with a decimal point, and headings behind #")
  }

  private static func shown(_ text: UnsafeBufferPointer<UInt8>) -> String {
    let start = String(decoding: text.prefix(160), as: UTF8.self).prefix(40)
    return "`\(start)\(text.count > start.utf8.count ? "..." : "")`"
  }
}
