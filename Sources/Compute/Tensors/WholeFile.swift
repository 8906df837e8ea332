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
      guard descriptor >= 0 else { throw WriteError(reason: SystemMessage.text()) }
      close(descriptor)
      exists = stat(path, &status) == 0
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw WriteError(reason: SystemMessage.text()) }
      if let reason = write(parts, closing: descriptor) { throw WriteError(reason: reason) }
      return
    }
    let target = exists ? resolved(path) : path
    let partial = "\(target).partial-\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw WriteError(reason: SystemMessage.text()) }
    let failure = write(parts, closing: descriptor) ?? (rename(partial, target) == 0 ? nil : SystemMessage.text())
    guard let failure else { return }
    unlink(partial)
    throw WriteError(reason: failure)
  }

  /// Whether ``replace(_:with:)`` could write, as far as can be known before: a device by its mode, a file by making one
  /// beside it.
  ///
  /// - Throws: ``WriteError`` where it could not.
  public static func requireReplaceable(_ path: String) throws(WriteError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw WriteError(reason: "it is a folder") }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      guard access(path, W_OK) == 0 else { throw WriteError(reason: SystemMessage.text()) }
      return
    }
    // The file is replaced by a new one, so the folder decides, of links that of the file that they lead to.
    var template = Array("\(exists ? resolved(path) : path).partial-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw WriteError(reason: SystemMessage.text()) }
    close(descriptor)
    unlink(template)
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
        if count > 0 { done += count } else { failure = SystemMessage.text() }
      }
    }
    let isClosed = close(descriptor) == 0
    return failure ?? (isClosed ? nil : SystemMessage.text())
  }
}
