import Foundation

/// A folder that gets the files of a log.
public struct LogFolder: Hashable, Sendable {
  /// Where it is.
  public let path: String

  /// Names it.
  public init(path: String) { self.path = path }

  /// Writes files, each whole or not at all.
  ///
  /// - Parameter replacing: Whether files of these names may be replaced.
  public func write(_ files: [LogFile], replacing: Bool) throws(LogFolderError) {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw LogFolderError(path: path, reason: "the folder cannot be made")
    }
    if !replacing, let old = files.first(where: { exists("\(path)/\($0.name)") }) {
      throw LogFolderError(
        path: "\(path)/\(old.name)", reason: "it is there already; name another folder, or say that it may be replaced")
    }
    for file in files { try write(file, in: folder) }
  }

  private static func clause(_ error: any Error) -> String {
    let text = error.localizedDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private func write(_ file: LogFile, in folder: URL) throws(LogFolderError) {
    let partial = folder.appendingPathComponent(".\(file.name).\(ProcessInfo.processInfo.processIdentifier).part")
    let target = folder.appendingPathComponent(file.name)
    do {
      try Data().write(to: partial)
      let handle = try FileHandle(forWritingTo: partial)
      do {
        for index in 0..<file.pieceCount { try handle.write(contentsOf: file.bytes(ofPiece: index)) }
        try handle.close()
      } catch {
        try? handle.close()
        throw error
      }
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw LogFolderError(path: target.path, reason: "it cannot be written: \(Self.clause(error))")
    }
    // Foundation has no rename that replaces on every platform; the system's does.
    guard rename(partial.path, target.path) == 0 else {
      try? FileManager.default.removeItem(at: partial)
      throw LogFolderError(path: target.path, reason: "it cannot be replaced")
    }
  }
}

/// A log that cannot be written.
public struct LogFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// Why, without a full stop.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "Cannot write \(path): \(reason)." }
}
