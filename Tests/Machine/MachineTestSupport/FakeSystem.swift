import Foundation

/// A made-up root directory in a temporary folder, removed when the last reference goes.
public final class FakeSystem: Sendable {
  /// The directory that stands for `/`.
  public let root: String

  /// Makes the tree: absolute path to content. A content of nil makes a directory.
  public init(_ files: [String: String?] = [:]) throws {
    root = NSTemporaryDirectory() + "fake-system-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for (path, content) in files { try write(path, content) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Writes a file, or makes a directory where the content is nil.
  public func write(_ path: String, _ content: String?) throws {
    let full = URL(fileURLWithPath: root + path)
    guard let content else {
      try FileManager.default.createDirectory(at: full, withIntermediateDirectories: true)
      return
    }
    try FileManager.default.createDirectory(at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
    // In place, as the kernel does: a replaced file would lose the links that lead to it.
    try content.write(to: full, atomically: false, encoding: .utf8)
  }

  /// Makes a symbolic link.
  public func link(_ path: String, to target: String) throws {
    let full = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: full.path, withDestinationPath: target)
  }

  /// Removes a file or a directory.
  public func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + path) }
}
