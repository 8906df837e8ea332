import Foundation

extension SubmissionTree {
  /// The paths of all files, below the folder that the tree is made in.
  public var paths: [String] { files.map(\.path).sorted() }

  /// Writes the tree. Files that are there already are never replaced, but for the system's description and `src` when they
  /// say the same.
  ///
  /// - Throws: ``PackageError``; nothing is written where some file is there already.
  public func write(to folder: String) throws(PackageError) {
    var wanted: [File] = []
    for file in files {
      let path = "\(folder)/\(file.path)"
      var status = stat()
      guard lstat(path, &status) == 0 else {
        wanted.append(file)
        continue
      }
      if case .text(let text) = file.source, let old = try? InputFile.read(path, limit: SummaryLog.sizeLimit),
        old == Array(text.utf8)
      {
        continue
      }
      throw PackageError(
        code: .output, reason: "\(path) is there already and is not replaced; name another folder or remove it")
    }
    for file in wanted { try write(file, to: folder) }
  }

  private func write(_ file: File, to folder: String) throws(PackageError) {
    let url = URL(fileURLWithPath: "\(folder)/\(file.path)")
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      switch file.source {
      case .text(let text): try Data(text.utf8).write(to: url, options: .withoutOverwriting)
      case .copy(let source): try FileManager.default.copyItem(at: URL(fileURLWithPath: source), to: url)
      }
    } catch {
      throw PackageError(code: .output, reason: "\(url.path) cannot be written: \(error.localizedDescription)")
    }
  }
}
