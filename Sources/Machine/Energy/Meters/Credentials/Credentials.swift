import Glibc

/// Who asks a management controller: a user with a password, or the token of a session (Redfish only).
///
/// They come from a file that only its owner can read or from the environment, never from the command line, which everybody on
/// the machine can see.
public struct Credentials: Hashable, Sendable {
  /// The user; nil with a token.
  public let user: Secret?
  /// The user's password; nil with a token.
  public let password: Secret?
  /// A session's token; nil with a user.
  public let token: Secret?
  /// Where they are from, for reasons: `the file FILE`, `ASSAY_REDFISH_USER and ASSAY_REDFISH_PASSWORD`.
  public let origin: String

  /// Where they are.
  public enum Source: Hashable, Sendable {
    /// Lines `user=NAME` and `password=PASSWORD`, or `token=TOKEN`; everything after `=` counts. Empty lines and lines that
    /// begin with `#` do not.
    case file(String)
    /// The environment variables `PREFIX_USER` and `PREFIX_PASSWORD`, or `PREFIX_TOKEN`.
    case environment(prefix: String)
  }

  /// The environment variables that may hold them, which no program that is started for something else should inherit.
  public static let variables: [String] = [IPMIHost.environmentPrefix, RedfishSettings.environmentPrefix].flatMap {
    prefix in ["USER", "PASSWORD", "TOKEN"].map { "\(prefix)_\($0)" }
  }

  /// A file with credentials is no longer.
  private static let longestFile = 4096

  /// Reads them.
  ///
  /// - Parameter variable: an environment variable's value, nil where it is not set.
  /// - Returns: nil where the environment holds none.
  /// - Throws: ``MeterFault`` where the file cannot be read, or can be read by others, or something is missing.
  public static func read(
    _ source: Source, variable: (String) -> String? = Credentials.variable
  ) throws(MeterFault) -> Credentials? {
    switch source {
    case .file(let path): return try read(file: path)
    case .environment(let prefix):
      let names = (user: "\(prefix)_USER", password: "\(prefix)_PASSWORD", token: "\(prefix)_TOKEN")
      let given = Given(user: variable(names.user), password: variable(names.password), token: variable(names.token))
      guard given.isAnything else { return nil }
      return try given.checked(
        place: "The environment", names: names,
        origin: given.token == nil ? "\(names.user) and \(names.password)" : names.token)
    }
  }

  /// A variable of this process's environment.
  public static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func read(file path: String) throws(MeterFault) -> Credentials {
    let shown = ForeignText.shown(path, limit: 120)
    let text = try protectedText(path, shown)
    var given = Given()
    // By bytes: to Swift, CR and LF together are one character that is neither.
    for (number, bytes) in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let line = Substring(bytes.last == 13 ? bytes.dropLast() : bytes)
      if line.allSatisfy({ $0 == " " || $0 == "\t" }) || line.hasPrefix("#") { continue }
      // What else a line holds may be the secret itself, so it is not shown.
      let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, given.take(String(halves[0]), String(halves[1])) else {
        throw MeterFault(
          "Line \(number + 1) of \(shown) is none of user=NAME, password=PASSWORD and token=TOKEN, or is there twice."
        )
      }
    }
    return try given.checked(
      place: shown, names: (user: "user=", password: "password=", token: "token="), origin: "the file \(shown)")
  }

  /// The text of a file that nobody else can read.
  private static func protectedText(_ path: String, _ shown: String) throws(MeterFault) -> String {
    // A pipe or a device must not be waited for.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw MeterFault("The credentials in \(shown) cannot be read (\(String(cString: strerror(errno)))).")
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw MeterFault("\(shown) is no ordinary file, so it holds no credentials.")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw MeterFault("\(shown) belongs to another user, who may have put anything into it: make it your own.")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw MeterFault("Others can read or write the credentials in \(shown): run `chmod 600 \(shown)`.")
    }
    var bytes = [UInt8](repeating: 0, count: longestFile + 1)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress.map { $0 + length }, $0.count - length)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      length += count
    }
    guard length <= longestFile, let text = String(validating: bytes[..<length], as: UTF8.self) else {
      throw MeterFault("\(shown) is too long for credentials, or no text.")
    }
    return text
  }

  /// What was found.
  private struct Given {
    var user: String?
    var password: String?
    var token: String?

    var isAnything: Bool { user != nil || password != nil || token != nil }

    /// Takes a line; false where it says nothing, or what was said before.
    mutating func take(_ key: String, _ value: String) -> Bool {
      switch key {
      case "user" where user == nil: user = value
      case "password" where password == nil: password = value
      case "token" where token == nil: token = value
      default: return false
      }
      return true
    }

    func checked(
      place: String, names: (user: String, password: String, token: String), origin: String
    ) throws(MeterFault) -> Credentials {
      for (text, name) in [(user, names.user), (password, names.password), (token, names.token)] {
        // They go into headers and environments, where control characters would say something else.
        guard let text, text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { continue }
        throw MeterFault("\(place) has control characters in \(name), which cannot be sent.")
      }
      if let token {
        guard user == nil, password == nil, !token.isEmpty, token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
          throw MeterFault("\(place) has to hold either \(names.token) alone or \(names.user) and \(names.password).")
        }
        return Credentials(user: nil, password: nil, token: Secret(token), origin: origin)
      }
      guard let user, !user.isEmpty, let password else {
        throw MeterFault("\(place) has to hold both \(names.user) and \(names.password); one is missing.")
      }
      return Credentials(user: Secret(user), password: Secret(password), token: nil, origin: origin)
    }
  }
}
