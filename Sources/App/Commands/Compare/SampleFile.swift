import Analysis
import Foundation

/// A file, or a pipe, with a column of numbers.
struct SampleFile {
  let path: String

  /// Larger files are refused: their numbers are held in memory.
  private static let limit = 512 << 20

  /// Reads the column.
  ///
  /// - Throws: ``CommandFailure``: 66 where it cannot be read, 65 where it holds something else than numbers.
  func read() throws(CommandFailure) -> [Double] {
    let bytes = try readBytes()
    do {
      return try SampleColumn.read(bytes)
    } catch {
      throw CommandFailure("\(path): \(error).", exitCode: 65)
    }
  }

  private func readBytes() throws(CommandFailure) -> [UInt8] {
    // Opening a pipe that nobody writes to would not return otherwise.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("cannot be opened (\(String(cString: strerror(errno))))", 66) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read", 66) }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFIFO else { throw failure("is neither a file nor a pipe with numbers", 66) }
    guard status.st_size <= Self.limit else { throw tooLarge }
    // Who writes to a pipe may take a while.
    if kind == S_IFIFO { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size) + 1)
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Foundation.read(descriptor, &block, block.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("cannot be read (\(String(cString: strerror(errno))))", 66)
      }
      bytes.append(contentsOf: block[..<count])
      guard bytes.count <= Self.limit else { throw tooLarge }
    }
  }

  private var tooLarge: CommandFailure { failure("has more than the \(Self.limit) bytes that a column may have", 65) }

  private func failure(_ reason: String, _ code: Int32) -> CommandFailure {
    CommandFailure("\(path): \(reason).", exitCode: code)
  }
}
