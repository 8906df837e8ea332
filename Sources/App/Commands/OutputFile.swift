import Foundation
import Tensors

/// A file that a command writes when its work is done; whether it can, is asked before.
struct OutputFile {
  private let path: String
  private let option: String

  /// Names it.
  ///
  /// - Parameter option: the option that named it, for the message about an empty path.
  init(_ path: String, option: String) throws(CommandFailure) {
    guard !path.isEmpty else { throw CommandFailure("\(option) needs the path of a file.", exitCode: 64) }
    self.path = path
    self.option = option
  }

  /// Refuses what cannot be written, and to replace what is there unless `--overwrite` says so.
  func requireWritable(overwrite: Bool) throws(CommandFailure) {
    var status = stat()
    // Nothing is lost in a device or a pipe; a folder is refused for what it is.
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      try Self.requireNew(path, option: option, overwrite: overwrite)
    }
    try requireWritable()
  }

  /// Refuses what cannot be written, before minutes are spent on what would be written.
  func requireWritable() throws(CommandFailure) {
    do { try WholeFile.requireReplaceable(path) } catch { throw failure(error.reason) }
  }

  /// Replaces the file, or the one that a link leads to; a device or a pipe is written to.
  func write(_ bytes: some Sequence<UInt8>) throws(CommandFailure) {
    var reason: String?
    Array(bytes).withUnsafeBytes { bytes in
      do throws(WholeFile.WriteError) { try WholeFile.replace(path, with: [bytes]) } catch { reason = error.reason }
    }
    if let reason { throw failure(reason) }
  }

  private func failure(_ reason: String) -> CommandFailure {
    CommandFailure("Cannot write \(path): \(reason).", exitCode: 73)
  }
}
