import Glibc
import Tensors

/// A file that is written next to its final place and put there as a whole.
///
/// Bytes go to `PATH.partial`; ``commit()`` flushes them to disk, renames the file over the old one and flushes the folder.
/// A sink that goes away uncommitted removes its partial file.
final class FileSink {
  let path: String
  private let partial: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  /// Bytes written so far.
  private(set) var byteCount = 0

  private static let bufferSize = 1 << 20

  /// Starts a file.
  ///
  /// - Throws: ``ONNXError`` of kind `cannotWrite`.
  init(path: String) throws(ONNXError) {
    guard !path.utf8.contains(0) else {
      throw ONNXError(.cannotWrite, path: path.quoted, "a file's path has no zero bytes")
    }
    // Renaming over a device or a pipe would remove it.
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw ONNXError(.cannotWrite, path: path, "is not a regular file, and a model replaces its file")
    }
    self.path = path
    partial = path + ".partial"
    descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(errno) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partial)
  }

  /// Appends bytes.
  func write(_ bytes: some Collection<UInt8>) throws(ONNXError) {
    buffer.append(contentsOf: bytes)
    byteCount += bytes.count
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends bytes of a tensor, past the buffer.
  func write(payload: UnsafeRawBufferPointer) throws(ONNXError) {
    try flush()
    try writeAll(payload)
    byteCount += payload.count
  }

  /// Appends zeros up to a byte. The file system need not store them.
  func pad(to offset: Int) throws(ONNXError) {
    guard offset > byteCount else { return }
    try flush()
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw failure(errno) }
    byteCount = offset
  }

  /// Puts the file in its place.
  func commit() throws(ONNXError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw failure(errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(partial, path) == 0 else {
      let code = errno
      unlink(partial)
      throw failure(code)
    }
    try flushFolder()
  }

  private func flush() throws(ONNXError) {
    guard !buffer.isEmpty else { return }
    var error: ONNXError?
    buffer.withUnsafeBytes { bytes in
      do throws(ONNXError) { try writeAll(bytes) } catch let caught { error = caught }
    }
    if let error { throw error }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws(ONNXError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, part.baseAddress, part.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  private func flushFolder() throws(ONNXError) {
    let folder = ModelFolder.folder(of: path)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    // Some file systems cannot flush a folder and say EINVAL; the rename has happened there all the same.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(errno) }
  }

  private func failure(_ code: Int32) -> ONNXError {
    ONNXError(.cannotWrite, path: path, "cannot be written (\(SystemMessage.text(code)))")
  }
}
