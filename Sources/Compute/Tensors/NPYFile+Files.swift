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
      throw NPYError(.notFound, path, "it cannot be opened (\(SystemMessage.text()))")
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
      guard count >= 0 else { throw NPYError(.damaged, path, "it cannot be read (\(SystemMessage.text()))") }
      guard count > 0 else { throw NPYError(.damaged, path, "it ends after \(offset + done) bytes") }
      done += count
    }
  }
}

extension WholeFile {
  /// Replaces an array's file.
  static func replace(_ path: String, header: [UInt8], elements: UnsafeRawBufferPointer) throws(NPYError) {
    var failure: WriteError?
    header.withUnsafeBytes { header in
      do throws(WriteError) { try replace(path, with: [header, elements]) } catch { failure = error }
    }
    if let failure { throw NPYError(.cannotWrite, path, failure.reason) }
  }
}
