import Foundation
import Tensors

/// A file that a command adds to, as logs are: what is there stays, whatever happens.
struct AppendedFile {
  private let path: String

  /// The largest file that is read to be added to.
  static let sizeLimit = 64 << 20

  /// Names it.
  init(_ path: String) { self.path = path }

  /// Adds to the file, which is made where it is not there; nobody else who adds to it this way comes in between.
  ///
  /// - Parameter addition: makes what is added of what is there; empty for a new file, a device and a pipe. nil adds nothing.
  /// - Returns: Whether something was added.
  /// - Throws: ``CommandFailure`` where the file cannot be read or written, which is then as it was; and what `addition` throws.
  func add(_ addition: (_ existing: String) throws -> String?) throws -> Bool {
    // A pipe that is opened for reading too takes what nobody will ever read.
    var known = stat()
    let isOther = stat(path, &known) == 0 && known.st_mode & S_IFMT != S_IFREG
    let descriptor = open(path, isOther ? O_WRONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(SystemMessage.text()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(SystemMessage.text()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      guard let text = try addition("") else { return false }
      if let reason = Self.write(text, to: descriptor) { throw failure(reason) }
      return true
    }
    // Released when the file is closed.
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure(SystemMessage.text()) }
    }
    let existing = try read(descriptor)
    guard let text = try addition(String(decoding: existing, as: UTF8.self)) else { return false }
    guard let reason = Self.write(text, to: descriptor) else { return true }
    // Half a row is worse than none.
    _ = ftruncate(descriptor, existing.count)
    throw failure(reason)
  }

  private func read(_ descriptor: Int32) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(descriptor, &block, block.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(SystemMessage.text())
      }
      bytes += block[..<count]
      guard bytes.count <= Self.sizeLimit else {
        throw CommandFailure("\(path) is too large to be added to; begin a new file.", exitCode: 65)
      }
    }
    return bytes
  }

  /// What the system says where not everything could be written; nil where it was.
  private static func write(_ text: String, to descriptor: Int32) -> String? {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return SystemMessage.text()
      }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  private func failure(_ reason: String) -> CommandFailure {
    CommandFailure("Cannot write \(path): \(reason).", exitCode: 73)
  }
}
