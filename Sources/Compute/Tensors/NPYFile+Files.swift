import Glibc

/// A regular file that is read in pieces.
final class NPYInput {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  init(path: String) throws(NPYError) {
    // Not blocking, so that a pipe in the file's place cannot hang the open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0, !path.utf8.contains(0) else {
      throw NPYError(.notFound, path, "it cannot be opened (\(systemMessage()))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw NPYError(.notFound, path, "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Some bytes of the file.
  func bytes(at offset: Int, count: Int) throws(NPYError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: NPYError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(NPYError) { try read(at: offset, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer from an offset, however many calls that takes.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(NPYError) {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw NPYError(.damaged, path, "it cannot be read (\(systemMessage()))") }
      guard count > 0 else { throw NPYError(.damaged, path, "it ends after \(offset + done) bytes") }
      done += count
    }
  }
}

/// Writes whole files.
enum NPYOutput {
  /// Writes beside the file and then puts it in its place, so that nobody ever finds half of it.
  static func replace(
    _ path: String, header: [UInt8], elements: UnsafeRawBufferPointer
  ) throws(NPYError) {
    let partial = "\(path).partial-\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw NPYError(.cannotWrite, path, systemMessage()) }
    let failure = header.withUnsafeBytes { write($0, to: descriptor) } ?? write(elements, to: descriptor)
    let closed = close(descriptor) == 0 ? nil : systemMessage()
    let renamed = failure == nil && closed == nil && rename(partial, path) != 0 ? systemMessage() : nil
    if let reason = failure ?? closed ?? renamed {
      unlink(partial)
      throw NPYError(.cannotWrite, path, reason)
    }
  }

  /// Writes all bytes; returns what the system says where it does not.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> String? {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = Glibc.write(descriptor, base + done, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return systemMessage() }
      done += count
    }
    return nil
  }
}

/// What the system says about its last error.
private func systemMessage() -> String {
  // strerror_r keeps to the buffer, whereas strerror shares one between threads.
  let code = errno
  var buffer = [CChar](repeating: 0, count: 128)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
