import Foundation
import Yams

/// A small YAML file that the user gives, such as one of costs or limits.
enum YAMLFile {
  /// The most bytes of a file.
  private static let sizeLimit = 1 << 16

  /// What the file holds; nil where it is empty.
  ///
  /// - Parameter what: what it is, with an article, for messages.
  static func node(_ path: String, what: String) throws -> Node? {
    // A pipe without a writer must not be waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    // One with a writer is: what a shell substitutes for a process may take a moment.
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: descriptor >= 0)
    // Nothing is read of an empty file, which is no failure.
    guard descriptor >= 0, let data = try? handle.read(upToCount: sizeLimit + 1) ?? Data() else {
      throw CommandFailure("\(path) cannot be read.", exitCode: 66)
    }
    guard data.count <= sizeLimit else {
      throw CommandFailure("\(path) is too large for \(what).", exitCode: 65)
    }
    do { return try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) } catch {
      let lines = "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      let cause = Terminal.harmless(String(lines.prefix(2).joined(separator: " ").prefix(200)))
      throw CommandFailure("\(path) is no YAML (\(cause)).", exitCode: 65)
    }
  }
}
