/// Cuts bytes that come in pieces into lines, and never holds more of one than a limit.
struct LineCutter {
  /// The longest line, bytes.
  let limit: Int
  /// Whether a line was longer than that; what it said is lost. Set it back to hear of the next.
  var wasTooLong = false
  private var line: [UInt8] = []
  private var isSkipping = false

  init(limit: Int) { self.limit = limit }

  /// Takes a piece and returns the lines that it completes, without their ends. Lines that are too long are left out.
  mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if let line = finish() { lines.append(line) }
      } else if line.count >= limit {
        wasTooLong = true
        isSkipping = true
      } else {
        line.append(byte)
      }
    }
    return lines
  }

  /// The line so far, as if it had ended; nil where there is none.
  mutating func finish() -> String? {
    defer {
      line.removeAll(keepingCapacity: true)
      isSkipping = false
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return isSkipping || line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
