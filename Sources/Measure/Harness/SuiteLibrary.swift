import Glibc

/// Finds suites by name or path.
public struct SuiteLibrary: Sendable {
  /// Folders that are searched for `NAME.yaml`, in this order.
  public let folders: [String]
  /// The names that suites may use.
  public let vocabulary: SuiteVocabulary

  /// Makes a library over given folders.
  public init(folders: [String], vocabulary: SuiteVocabulary) {
    self.folders = folders
    self.vocabulary = vocabulary
  }

  /// `Benchmarks/suites` below the current folder, then the same below each folder above the executable's.
  ///
  /// A build folder lies a few levels below the repository, hence the climb.
  public static func standardFolders(currentFolder: String, executable: String) -> [String] {
    let suffix = "/Benchmarks/suites"
    var folders = [currentFolder + suffix]
    var folder = executable[...]
    for _ in 0..<8 {
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = folder[..<slash]
      let candidate = folder + suffix
      if !folders.contains(String(candidate)) { folders.append(String(candidate)) }
    }
    return folders
  }

  /// Whether ``load(_:)`` takes a suite's name as a path.
  public static func isPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }

  /// Loads a suite: a path where the name holds `/` or ends in `.yaml`, else the first folder's file of that name, else,
  /// for suites that commands run by themselves, the text built into the program.
  public func load(_ name: String) throws(SuiteError) -> Suite {
    let isPath = Self.isPath(name)
    let paths = isPath ? [name] : folders.map { "\($0)/\(name).yaml" }
    for path in paths {
      guard let text = try read(path) else { continue }
      return try SuiteParser(file: path, vocabulary: vocabulary).parse(text, name: Self.stem(path))
    }
    if let text = Self.builtIn[name] {
      return try SuiteParser(file: "built-in \(name).yaml", vocabulary: vocabulary).parse(text, name: name)
    }
    guard !isPath else { throw SuiteError(kind: .notFound, place: name, reason: "there is no such suite file") }
    throw SuiteError(
      kind: .notFound, place: "suite `\(name.prefix(60))`",
      reason: "not found in \(folders.joined(separator: ", ")); give a name from there or the path of a YAML file")
  }

  /// The file's text, or nil where there is no such file.
  private func read(_ path: String) throws(SuiteError) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SuiteError(kind: .notFound, place: path, reason: "cannot be opened (error \(errno))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SuiteError(kind: .malformed, place: path, reason: "is not a regular file; a suite is a YAML file")
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= SuiteParser.sizeLimit {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw SuiteError(kind: .malformed, place: path, reason: "cannot be read (error \(errno))")
      }
      if count == 0 { break }
      bytes.append(contentsOf: block[..<count])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SuiteError(kind: .malformed, place: path, reason: "is not UTF-8 text; a suite is a YAML file")
    }
    return text
  }

  private static func stem(_ path: String) -> String {
    let file = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? String(file)
  }
}
