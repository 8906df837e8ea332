/// A URL of a Redfish service, in its parts.
struct RedfishURL: Hashable {
  /// `https` or `http`.
  let scheme: String
  /// In lower case; an IPv6 address without brackets.
  let host: String
  let port: UInt16
  /// Begins with `/`, or is empty.
  let path: String

  /// Longer ones are nonsense.
  static let longest = 1000

  /// Reads a URL; nil for what is none, or not one of a Redfish service, which has neither a query nor a fragment.
  init?(_ text: String) {
    guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.isPlain), let colon = text.firstIndex(of: ":")
    else {
      return nil
    }
    scheme = text[..<colon].lowercased()
    let rest = text[colon...].dropFirst()
    guard scheme == "https" || scheme == "http", rest.hasPrefix("//") else { return nil }
    let place = rest.dropFirst(2)
    let authority = place.prefix { $0 != "/" }
    guard let address = try? NetworkAddress(String(authority), usualPort: scheme == "https" ? 443 : 80) else {
      return nil
    }
    host = address.host.lowercased()
    port = address.port
    path = String(place[authority.endIndex...])
  }

  /// Whether a text may hold a user or a password: an `@` is nowhere else in the URL of a service, and a password with a `/` in
  /// it makes the rest look like a path.
  static func holdsCredentials(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "@")) }

  /// A URL without its user and password.
  static func withoutCredentials(_ text: String) -> String {
    let authority = authority(of: text)
    guard let sign = authority.lastIndex(of: "@") else { return text }
    return String(text[..<authority.startIndex] + text[text.index(after: sign)...])
  }

  private static func authority(of text: String) -> Substring {
    let start = text.firstRange(of: "//")?.upperBound ?? text.startIndex
    return text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  /// Whether nobody else can be on the way to it.
  var isLoopback: Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return host == "localhost" || host == "::1" || (numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil))
  }

  /// The server: scheme, host and port.
  var origin: String {
    let shown = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(shown)" : "\(scheme)://\(shown):\(port)"
  }

  /// Whether the path names no resource but the service itself.
  var isRoot: Bool { ["", "/redfish", "/redfish/v1"].contains(Self.trimmed(path)) }

  /// A path without a slash at its end.
  static func trimmed(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }

  /// A link of a document as a path of the same server; nil for what leads elsewhere or makes no sense.
  static func path(ofLink link: String) -> String? {
    let path = link.prefix { $0 != "#" }
    guard path.hasPrefix("/redfish/"), path.utf8.count <= longest, path.utf8.allSatisfy(isPlain) else { return nil }
    return String(path)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    // Neither control characters nor spaces, quotes, queries, fragments, users and what browsers take for a slash.
    case ...32, 127..., UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "?"),
      UInt8(ascii: "@"), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
      UInt8(ascii: "}"):
      false
    default: true
    }
  }
}
