import Foundation

extension OutputFile {
  /// A file and what names it: an option, or the words that stand for an argument; nil where it is not given.
  typealias Named = (name: String, path: String?)

  /// Refuses outputs that would overwrite an input or each other.
  ///
  /// Files that exist are told apart by device and inode, so that links count as what they lead to.
  static func requireDistinct(_ outputs: [Named], from inputs: [Named]) throws(CommandFailure) {
    for (index, output) in outputs.enumerated() {
      for other in outputs[(index + 1)...] + inputs {
        guard let path = output.path, let otherPath = other.path, isSame(path, otherPath) else { continue }
        throw CommandFailure(
          "\(output.name) \(path) and \(other.name) \(otherPath) are one file; give each a file of its own.",
          exitCode: 64)
      }
    }
  }

  /// Whether two paths lead to one file, which need not exist.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    guard !left.isEmpty, !right.isEmpty else { return false }
    var (one, other) = (stat(), stat())
    if stat(left, &one) == 0, stat(right, &other) == 0 {
      // Nothing is lost in a device or a pipe, such as /dev/null.
      let isRegular = one.st_mode & S_IFMT == S_IFREG
      return isRegular && one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
    return place(of: left) == place(of: right)
  }

  /// The absolute path, without links as far as there are folders.
  private static func place(of path: String) -> String {
    var path = path
    // A link that leads nowhere yet is written through; more than a few in a row are a circle.
    for _ in 0..<16 {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = target.hasPrefix("/") ? target : parts(of: path).folder + target
    }
    let (folder, name) = parts(of: path)
    guard let resolved = realpath(folder, nil) else { return URL(fileURLWithPath: path).standardizedFileURL.path }
    defer { free(resolved) }
    return String(cString: resolved) + "/" + name
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("./", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}
