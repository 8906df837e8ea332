import Glibc

/// Writes files that nobody ever finds half of.
public enum WholeFile {
  /// Why a file could not be written.
  public struct WriteError: Error, Hashable, CustomStringConvertible {
    /// What the system says, without a full stop.
    public let reason: String

    /// Makes one.
    public init(reason: String) { self.reason = reason }

    /// What the system says.
    public var description: String { reason }
  }

  /// Replaces a file, or the file that a link leads to, by bytes that were written beside it. A device or a pipe is
  /// written to and stays what it is.
  ///
  /// - Throws: ``WriteError``; the file is then as it was before, unless it was a device or a pipe.
  public static func replace(_ path: String, with parts: [UnsafeRawBufferPointer]) throws(WriteError) {
    guard !path.utf8.contains(0) else { throw WriteError(reason: "its name holds a zero byte") }
    var status = stat()
    var exists = stat(path, &status) == 0
    if !exists, lstat(path, &status) == 0 {
      // A link that leads to no file yet makes one.
      let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw WriteError(reason: systemMessage()) }
      close(descriptor)
      exists = stat(path, &status) == 0
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw WriteError(reason: systemMessage()) }
      if let reason = write(parts, closing: descriptor) { throw WriteError(reason: reason) }
      return
    }
    let target = exists ? resolved(path) : path
    let partial = "\(target).partial-\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw WriteError(reason: systemMessage()) }
    let failure = write(parts, closing: descriptor) ?? (rename(partial, target) == 0 ? nil : systemMessage())
    guard let failure else { return }
    unlink(partial)
    throw WriteError(reason: failure)
  }

  /// The path without links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Writes all bytes and closes; returns what the system says where it cannot.
  private static func write(_ parts: [UnsafeRawBufferPointer], closing descriptor: Int32) -> String? {
    var failure: String?
    for part in parts where failure == nil {
      var done = 0
      while done < part.count, failure == nil, let base = part.baseAddress {
        let count = Glibc.write(descriptor, base + done, part.count - done)
        if count < 0, errno == EINTR { continue }
        if count > 0 { done += count } else { failure = systemMessage() }
      }
    }
    let isClosed = close(descriptor) == 0
    return failure ?? (isClosed ? nil : systemMessage())
  }
}

/// What the system says about its last error.
public func systemMessage() -> String {
  // strerror_r keeps to the buffer, whereas strerror shares one between threads.
  let code = errno
  var buffer = [CChar](repeating: 0, count: 128)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
