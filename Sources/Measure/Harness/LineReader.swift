import Glibc

/// Reads lines from a descriptor, blocking, and never more than it is asked for at a time.
final class LineReader {
  private let descriptor: Int32
  private let limit: Int
  private var rest: [UInt8] = []

  /// Makes a reader that refuses lines of more than `limit` bytes.
  init(descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// The next line without its end, or nil where none comes or it is too long.
  func next() -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: 4096)
    var searched = 0
    while true {
      if let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(rest[..<end])
        rest.removeSubrange(...end)
        return line
      }
      searched = rest.count
      guard rest.count <= limit else { return nil }
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      rest += block[..<count]
    }
  }
}
