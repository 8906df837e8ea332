import Glibc

/// What the system says about an error number.
public enum SystemMessage {
  /// The text for `code`, the last error's unless given, without a full stop.
  public static func text(_ code: Int32 = errno) -> String {
    // strerror_r keeps to the buffer, whereas strerror shares one between threads.
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
