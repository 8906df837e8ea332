import Glibc

/// A file that another program appends lines to, read from its end on.
final class GrowingFile {
  /// The longest line, bytes.
  static let lineLimit = 4096
  /// The most that is read at once, bytes; the rest is read the next time.
  private static let readLimit = 1 << 18
  /// How much of what had been written before is looked at, bytes.
  private static let tail = 1 << 16

  /// Its first line; nil where that is not complete.
  private(set) var header: String?
  private let path: String
  private let file: CInt
  private let identity: Identity
  private var offset = 0
  private var cutter = LineCutter(limit: lineLimit)

  private struct Identity: Hashable {
    let device: UInt
    let number: UInt

    init(_ status: stat) {
      device = UInt(status.st_dev)
      number = UInt(status.st_ino)
    }
  }

  /// Opens it; lines that it holds come with the first ``lines()``, the last of them where they are many.
  init(_ path: String) throws(MeterFault) {
    self.path = path
    // A pipe without a writer must not be waited for.
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      identity = Identity(stat())
      let help =
        switch errno {
        case ENOENT: "; start the program that writes it first"
        case EACCES: "; let this user read it"
        default: ""
        }
      throw MeterFault("\(Self.shown(path)) cannot be opened (\(String(cString: strerror(errno))))\(help).")
    }
    var status = stat()
    let isFile = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    identity = Identity(status)
    guard isFile else {
      throw MeterFault("\(Self.shown(path)) is no file that grows; `exec:cat FILE` reads a pipe or a device.")
    }
    try readHeader()
  }

  deinit { if file >= 0 { close(file) } }

  /// The path, fit for a sentence.
  static func shown(_ path: String) -> String { ForeignText.shown(path, limit: 120) }

  /// Whether the file of this name is another one now, or has been cut off: what it held in between is not known.
  func isReplaced() throws(MeterFault) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw MeterFault("\(Self.shown(path)) has gone (\(String(cString: strerror(errno)))).")
    }
    return Identity(status) != identity || Int(status.st_size) < offset
  }

  /// Whether a line was too long, which was left out, since this was asked last.
  func hadLongLine() -> Bool {
    defer { cutter.wasTooLong = false }
    return cutter.wasTooLong
  }

  /// The lines that were completed since the last time.
  func lines() throws(MeterFault) -> [String] {
    if header == nil { try readHeader() }
    guard header != nil else { return [] }
    var lines: [String] = []
    var left = Self.readLimit
    while left > 0 {
      let bytes = try read(16384)
      guard !bytes.isEmpty else { break }
      lines += cutter.add(bytes)
      left -= bytes.count
    }
    return lines
  }

  private func readHeader() throws(MeterFault) {
    offset = 0
    let start = try read(Self.lineLimit)
    guard let end = start.firstIndex(of: UInt8(ascii: "\n")) else {
      guard start.count < Self.lineLimit else {
        throw MeterFault(
          "The first line of \(Self.shown(path)) has more than \(Self.lineLimit) bytes, so it names no columns.")
      }
      return
    }
    var cutter = LineCutter(limit: Self.lineLimit)
    header = cutter.add(start[...end]).first ?? ""
    let size = Int(max(lseek(file, 0, SEEK_END), 0))
    offset = end + 1
    if size - offset > Self.tail {
      offset = size - Self.tail
      // The first line of what is left is not whole.
      let bytes = try read(Self.lineLimit)
      offset = size - Self.tail + (bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count)
    }
  }

  private func read(_ count: Int) throws(MeterFault) -> [UInt8] {
    var length = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, count in
      repeat { length = pread(file, buffer.baseAddress, buffer.count, offset) } while length < 0 && errno == EINTR
      count = max(length, 0)
    }
    guard length >= 0 else {
      throw MeterFault("\(Self.shown(path)) cannot be read (\(String(cString: strerror(errno)))).")
    }
    offset += bytes.count
    return bytes
  }
}
