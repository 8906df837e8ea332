import Glibc

/// What the operating system says about the CPU.
enum CPUInfo {
  /// The first processor's flags in /proc/cpuinfo.
  static var flags: Set<String>? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
      guard text.hasPrefix("flags"), let colon = text.firstIndex(of: ":") else { continue }
      return Set(text[text.index(after: colon)...].split(whereSeparator: \.isWhitespace).map(String.init))
    }
    return nil
  }
}
