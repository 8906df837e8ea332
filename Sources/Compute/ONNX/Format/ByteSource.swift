import Glibc
import Tensors

/// Bytes that can be read from any place: a file, or memory.
protocol ByteSource: Sendable {
  /// How many bytes there are.
  var byteCount: Int { get }

  /// Reads `destination.count` bytes from `offset` on; all of them or none.
  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError)
}

extension ByteSource {
  /// Whether all of `byteCount` bytes from `offset` on are there.
  func contains(_ offset: Int, _ byteCount: Int) -> Bool {
    offset >= 0 && byteCount >= 0 && byteCount <= self.byteCount && offset <= self.byteCount - byteCount
  }
}

/// Bytes in memory.
struct MemorySource: ByteSource {
  let bytes: [UInt8]

  var byteCount: Int { bytes.count }

  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError) {
    guard contains(offset, destination.count) else {
      throw ONNXError(.damaged, "the model ends before byte \(offset)")
    }
    bytes.withUnsafeBytes {
      destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(destination.count)))
    }
  }
}

/// A regular file that stays open.
///
/// It is read by `pread`, not mapped: a mapped file that somebody shortens meanwhile kills the process with SIGBUS, whereas
/// a read comes back short and becomes an error. It also keeps what was read out of the process's memory but once, where the
/// reader wants it.
final class FileSource: ByteSource {
  let path: String
  let byteCount: Int
  let identity: Identity
  private let descriptor: Int32

  /// Which file it is, under whatever name.
  struct Identity: Hashable, Sendable {
    let device: UInt
    let number: UInt
  }

  /// Opens a file.
  ///
  /// - Throws: ``ONNXError`` of kind `notFound` where it cannot be opened or is no regular file.
  init(path: String) throws(ONNXError) {
    guard !path.utf8.contains(0) else {
      throw ONNXError(.notFound, path: path.quoted, "a file's path has no zero bytes")
    }
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ONNXError(.notFound, path: path, "cannot be opened (\(SystemMessage.text(errno)))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ONNXError(.notFound, path: path, "is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
    identity = Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError) {
    guard contains(offset, destination.count) else {
      throw ONNXError(.damaged, path: path, "ends before byte \(offset)")
    }
    var rest = destination
    var position = offset
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = pread(descriptor, start, rest.count, position)
      if count < 0 {
        if errno == EINTR { continue }
        throw ONNXError(.damaged, path: path, "cannot be read at byte \(position) (\(SystemMessage.text(errno)))")
      }
      guard count > 0 else {
        throw ONNXError(.damaged, path: path, "became shorter while it was read: it now ends before byte \(position)")
      }
      position += count
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
    }
  }
}
