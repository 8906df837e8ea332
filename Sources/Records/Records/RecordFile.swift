import Glibc

/// A record on disk: read with care, replaced as a whole.
public struct RecordFile: Hashable, Sendable {
  /// Where it lies.
  public let path: String

  /// The largest file that is read; a million latencies take about 10 MB.
  public static let sizeLimit = 512 << 20

  /// Names a record file, which need not exist.
  public init(path: String) { self.path = path }

  /// Makes an empty file `STEM.json`, or `STEM-2.json` and so on where that exists, for a record that starts now.
  ///
  /// The file is made, not only looked for: runs that start in the same second get files of their own.
  /// - Throws: ``RecordError`` of kind `cannotWrite`.
  public static func reserve(_ stem: String) throws(RecordError) -> RecordFile {
    for number in 1...1000 {
      let file = RecordFile(path: number == 1 ? "\(stem).json" : "\(stem)-\(number).json")
      let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        close(descriptor)
        return file
      }
      guard errno == EEXIST else { throw file.cannotWrite("cannot be made", errno) }
    }
    throw RecordError(kind: .cannotWrite, path: "\(stem).json", reason: "exists, and so do 999 others of that name")
  }

  /// Reads and checks the record, its seal too where it has one: nobody gets figures of an edited record unawares.
  ///
  /// - Throws: ``RecordError``: not found, damaged, edited after it was written, or written by a newer Assay.
  public func read() throws(RecordError) -> Record {
    try readUnchecked().trusted(path: path)
  }

  /// Reads the record and says what speaks against it.
  ///
  /// - Throws: ``RecordError``: not found, no record at all, or written by a newer Assay.
  public func readUnchecked() throws(RecordError) -> RecordReading {
    try RecordReading(json: readBytes(), path: path)
  }

  /// Replaces the file by `record`: whoever looks sees the old one or the new one, also after a crash or power loss.
  ///
  /// The new text goes to `PATH.partial`, is flushed to disk, renamed over the old file, and the folder is flushed.
  /// - Throws: ``RecordError`` of kind `cannotWrite`; the old file is then untouched.
  public func write(_ record: Record) throws(RecordError) {
    // Renaming over a device or a pipe would remove it.
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw RecordError(kind: .cannotWrite, path: path, reason: "is not a regular file, and a record replaces its file")
    }
    try replace(with: record.encoded(path: path))
  }

  /// The bytes of a file that belongs to records.
  ///
  /// - Parameters:
  ///   - kind: what it is, with an article, for messages.
  ///   - limit: the most bytes that it may have.
  /// - Throws: ``RecordError``: not found, no regular file, or too large.
  public func bytes(of kind: String, limit: Int) throws(RecordError) -> [UInt8] {
    try DocumentFile(path: path, kind: kind, sizeLimit: limit).read()
  }

  /// The file's bytes, up to ``sizeLimit``.
  func readBytes() throws(RecordError) -> [UInt8] {
    try DocumentFile(path: path, kind: "a record", sizeLimit: Self.sizeLimit).read()
  }

  private func replace(with bytes: [UInt8]) throws(RecordError) {
    let partial = path + ".partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw cannotWrite("cannot be written", errno) }
    var failure = Self.writeAll(bytes, to: descriptor)
    if failure == nil, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == nil { failure = errno }
    if failure == nil, rename(partial, path) != 0 { failure = errno }
    if let failure {
      unlink(partial)
      throw cannotWrite("cannot be written", failure)
    }
    try flushFolder()
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        offset += count
      }
      return nil
    }
  }

  private func flushFolder() throws(RecordError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotWrite("was written, but its folder cannot be flushed to disk", errno) }
    defer { close(descriptor) }
    // Some file systems cannot flush a folder and say EINVAL; the rename has happened there all the same.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw cannotWrite("was written, but its folder cannot be flushed to disk", errno)
    }
  }

  private func cannotWrite(_ what: String, _ code: Int32) -> RecordError {
    RecordError(kind: .cannotWrite, path: path, reason: "\(what) (\(DocumentFile.message(code)))")
  }
}
