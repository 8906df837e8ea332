import Glibc
import Tensors

/// The folder of a model's file, which its external data must not leave.
struct ModelFolder: Sendable {
  /// The folder as the model's path names it; locations are relative to it.
  let path: String
  /// The real folders in which external data may lie: that one, and where the model is a symbolic link, the folder of what
  /// it points to. (Download caches link the model and its data into one folder out of another.)
  private let roots: [String]

  private static let slash = UInt8(ascii: "/")

  /// The folder of the model at `path`, which exists.
  init(modelPath: String) {
    path = Self.folder(of: modelPath)
    var roots: [String] = []
    if let root = Self.realPath(path) { roots.append(root) }
    if let model = Self.realPath(modelPath) { roots.append(Self.folder(of: model)) }
    self.roots = roots
  }

  /// Opens the file that a location names.
  ///
  /// - Throws: ``ONNXError``: `notFound` where there is none, `damaged` where it lies outside.
  func open(_ location: String, of name: String) throws(ONNXError) -> FileSource {
    // Bytes, not characters: a slash before a combining mark is no character "/", but the system sees the slash.
    let bytes = Array(location.utf8)
    let components = bytes.split(separator: Self.slash, omittingEmptySubsequences: false)
    guard bytes.count <= 4096, !bytes.contains(0), !components.contains([]) else {
      throw ONNXError(
        .damaged,
        "the data of tensor \(name.quoted) is in \(location.quoted), which is no path relative to the model's folder")
    }
    guard !components.contains(Array("..".utf8)[...]) else { throw outside(location, name) }
    guard let real = Self.realPath("\(path)/\(location)") else {
      throw ONNXError(
        .notFound,
        "the data of tensor \(name.quoted) is in \(location.quoted), which is not there (\(SystemMessage.text(errno)))")
    }
    guard roots.contains(where: { real.utf8.starts(with: ($0 == "/" ? $0 : $0 + "/").utf8) }) else {
      throw outside(location, name)
    }
    return try FileSource(path: real)
  }

  private func outside(_ location: String, _ name: String) -> ONNXError {
    ONNXError(
      .damaged, "the data of tensor \(name.quoted) is in \(location.quoted), which is outside the model's folder")
  }

  /// The folder of the file at `path`.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: Self.slash) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
