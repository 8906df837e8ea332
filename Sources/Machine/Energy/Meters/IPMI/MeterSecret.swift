import CLinux
import Glibc

/// Where a password is found. It is read when it is needed, and never kept, shown or recorded.
public enum MeterSecret: Hashable, Sendable {
  /// In a variable of the environment, of this name.
  case environment(String)
  /// In the first line of a file that nobody but its owner may read.
  case file(String)

  /// The password.
  func read() throws(MeterFault) -> String {
    let secret: String
    let place: String
    switch self {
    case .environment(let name):
      place = "The variable \(ShownText.short(name))"
      guard let value = getenv(name) else {
        throw MeterFault(
          "\(place) of the environment is not set; put the password there, or name a file that holds it.")
      }
      secret = String(cString: value)
    case .file(let path):
      place = "The file \(ShownText.short(path, 120))"
      secret = try Self.firstLine(path, place)
    }
    guard !secret.isEmpty, secret.utf8.count <= 256, secret.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
      throw MeterFault("\(place) holds no password, which would be a line of up to 256 bytes.")
    }
    return secret
  }

  private static func firstLine(_ path: String, _ place: String) throws(MeterFault) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw MeterFault(
        "\(place), which should hold the password, cannot be read (\(String(cString: strerror(errno)))).")
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
      throw MeterFault("\(place) holds a password, so it has to be a file that others may not read: `chmod 600` it.")
    }
    let text = try TextFile(root: "/").text(path, help: "let this user read it")
    return String(decoding: text.utf8.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
  }
}
