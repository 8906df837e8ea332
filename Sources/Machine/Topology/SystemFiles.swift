import CLinux
import Glibc

/// The files below a root directory through which Linux describes itself (/proc, /sys, /etc).
///
/// Every question about the machine goes through this type, so that a test can put a made-up tree in the place of `/`.
/// Nothing throws: a file that is missing, unreadable or malformed is an unknown value, nil.
public struct SystemFiles: Hashable, Sendable {
  /// The longest file that is read; /proc/cpuinfo of 1,000 CPUs is about 1.5 MB.
  static let longestFile = 8 << 20

  /// The directory that stands for `/`, without a slash at its end; empty for `/` itself.
  public let root: String

  /// Makes a view of the files below `root`.
  public init(root: String = "/") {
    var root = Substring(root)
    while root.last == "/" { root.removeLast() }
    self.root = String(root)
  }

  /// The path below the root of a file named as on the real machine, for example `/proc/stat`.
  public func path(_ path: String) -> String { root + path }

  /// The file's text, or nil where it cannot be read or is longer than 8 MiB. Bytes that are not UTF-8 are replaced.
  public func text(_ path: String) -> String? {
    // Nearly every file of /proc and /sys fits into the first buffer.
    for capacity in [16 << 10, Self.longestFile + 1] {
      var length: Int64 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        length = clinux_read_file(self.path(path), base, capacity)
        count = Int(max(0, length))
      }
      if length < 0 { return nil }
      if length < capacity { return String(decoding: bytes, as: UTF8.self) }
    }
    return nil
  }

  /// The file's first line without white space at its ends, or nil where it cannot be read or the line is empty.
  public func line(_ path: String) -> String? {
    guard let first = text(path)?.split(whereSeparator: \.isNewline).first else { return nil }
    let words = first.split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// The whole number that the file's first line consists of.
  public func integer(_ path: String) -> Int? { line(path).flatMap { Int($0) } }

  /// The value of a line `key value` or `key: value`, as cpu.stat and /proc/meminfo have them.
  public func value(_ key: String, in path: String) -> Int? {
    guard let text = text(path) else { return nil }
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
      if words.count >= 2, words[0] == key { return Int(words[1]) }
    }
    return nil
  }

  /// Names in a directory, without `.` and `..`, sorted; empty where it cannot be read.
  public func names(in path: String) -> [String] {
    guard let directory = opendir(self.path(path)) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The whole numbers of a list like `0-3,8`, as /sys writes CPU sets; nil where it is malformed or implausibly long.
  public func list(_ path: String) -> [Int]? { line(path).flatMap { CPUList.numbers(in: $0) } }
}
