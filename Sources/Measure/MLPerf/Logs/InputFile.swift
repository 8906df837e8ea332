import Glibc

/// A file from outside, read with care: it may be a pipe, huge, or growing.
enum InputFile {
  /// Why a file was not read.
  struct ReadError: Error, Hashable {
    /// Whether it is not there, or no file.
    let isMissing: Bool
    /// What is wrong, without a full stop.
    let reason: String
  }

  /// The bytes of a regular file of at most `limit` bytes.
  static func read(_ path: String, limit: Int) throws(ReadError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw ReadError(isMissing: true, reason: "its name holds a zero byte") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ReadError(isMissing: true, reason: "it cannot be opened (\(message(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ReadError(isMissing: true, reason: "it is not a regular file")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit))
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw ReadError(isMissing: false, reason: "it cannot be read (\(message(errno)))")
      }
      bytes.append(contentsOf: block[..<count])
      guard bytes.count <= limit else {
        throw ReadError(isMissing: false, reason: "it has more than the \(limit) bytes that such a file may have")
      }
    }
  }

  private static func message(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
