import Glibc

/// A document on disk that is read as a whole, with care: it may come from anywhere.
struct DocumentFile: Hashable {
  /// Where it lies.
  let path: String
  /// What it is, with an article, for messages: `a record`.
  let kind: String
  /// The most bytes that it may have.
  let sizeLimit: Int

  /// The file's bytes.
  ///
  /// - Throws: ``RecordError``, where it is not there, no regular file, or too large.
  func read() throws(RecordError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw RecordError(kind: .notFound, path: path, reason: "cannot be opened (\(Self.message(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RecordError(kind: .notFound, path: path, reason: "is not a regular file; \(kind) is a JSON file")
    }
    guard status.st_size <= sizeLimit else { throw tooLarge(Int(status.st_size)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw RecordError(kind: .damaged, path: path, reason: "cannot be read (\(Self.message(errno)))")
      }
      bytes.append(contentsOf: block[..<count])
      // The file may grow while it is read.
      guard bytes.count <= sizeLimit else { throw tooLarge(bytes.count) }
    }
  }

  /// What the system says about an error.
  static func message(_ code: Int32) -> String {
    // strerror_r keeps to the buffer, whereas strerror shares one between threads.
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func tooLarge(_ size: Int) -> RecordError {
    RecordError(
      kind: .damaged, path: path, reason: "\(size) bytes are more than the \(sizeLimit) that \(kind) may have")
  }
}
