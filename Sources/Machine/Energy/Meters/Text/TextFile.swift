import CLinux
import Glibc

/// A small file of /sys or /proc, below a root that tests make up.
struct TextFile: Hashable, Sendable {
  /// The root; empty for that of the machine.
  let root: String

  /// - Parameter root: `/`, or the folder that stands for it.
  init(root: String) { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

  /// A file's text without white space at its ends.
  ///
  /// - Parameter help: what grants access where that is refused, as a clause.
  func text(_ path: String, help: String = "run as root") throws(MeterFault) -> String {
    var length: Int64 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      length = clinux_read_file(root + path, base, buffer.count)
      count = Int(max(0, length))
    }
    guard length >= 0 else {
      let error = Int32(truncatingIfNeeded: -length)
      let isRefused = error == EACCES || error == EPERM
      throw MeterFault("\(path) cannot be read (\(String(cString: strerror(error))))\(isRefused ? ": \(help)." : ".")")
    }
    let isBlank: (UInt8) -> Bool = { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 9 }
    let trimmed = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: Array(trimmed), as: UTF8.self)
  }

  /// The same where the file may be missing: nil for one that is not there.
  func optionalText(_ path: String) -> String? { try? text(path) }

  /// A whole number, at least 0.
  ///
  /// - Parameter what: what it should be, such as `a whole number of microjoules`.
  func count(_ path: String, _ what: String, help: String = "run as root") throws(MeterFault) -> UInt64 {
    let text = try text(path, help: help)
    guard let number = UInt64(text) else { throw nonsense(path, text, what) }
    return number
  }

  /// A number with or without a sign.
  func number(_ path: String, _ what: String, help: String = "run as root") throws(MeterFault) -> Double {
    let text = try text(path, help: help)
    guard let number = Double(text), number.isFinite else { throw nonsense(path, text, what) }
    return number
  }

  /// The fault of a file that holds something else than it should.
  ///
  /// - Parameter what: what it should be, such as `a whole number of microjoules`.
  func nonsense(_ path: String, _ text: String, _ what: String) -> MeterFault {
    MeterFault("\(path) holds \"\(ForeignText.shown(text))\" where \(what) should be.")
  }

  /// More entries of a folder are not looked at.
  static let mostNames = 10_000

  /// Names in a folder in order, the shorter ones first; nil where it cannot be read.
  func names(_ path: String) -> [String]? {
    guard let directory = opendir(root + path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while names.count < Self.mostNames, let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted { ($0.count, $0) < ($1.count, $1) }
  }
}
