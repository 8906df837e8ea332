/// Cuts a stream of bytes into lines without ever holding more than a limit.
struct LineSplitter {
  /// The longest line in bytes.
  let limit: Int
  /// What happens to a longer one.
  let overflow: Overflow
  private var line: [UInt8] = []
  private var isCut = false

  /// What happens to a line beyond the limit.
  enum Overflow {
    /// Its rest is dropped.
    case cut
    /// ``LineSplitter/add(_:)`` throws.
    case refuse
  }

  /// A line beyond the limit.
  struct TooLong: Error {}

  init(limit: Int, overflow: Overflow) {
    self.limit = limit
    self.overflow = overflow
  }

  /// Takes bytes and returns the lines that they complete, without their line feeds.
  mutating func add(_ bytes: UnsafeRawBufferPointer) throws(TooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if part.offset > 0 { lines.append(take()) }
      let room = limit - line.count
      if part.element.count > room {
        if overflow == .refuse { throw TooLong() }
        isCut = true
      }
      line.append(contentsOf: part.element.prefix(max(0, room)))
    }
    return lines
  }

  /// The last line, which no line feed ended; nil where there is none.
  mutating func finish() -> [UInt8]? { line.isEmpty && !isCut ? nil : take() }

  private mutating func take() -> [UInt8] {
    defer {
      line.removeAll(keepingCapacity: true)
      isCut = false
    }
    return line
  }
}
