/// Where a service is: a host and a port.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address, without brackets.
  public let host: String
  /// The port.
  public let port: UInt16

  /// Makes an address of parts that are known to be sound.
  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
  ///
  /// - Parameter usualPort: the port where the text names none.
  /// - Throws: ``MeterFault`` where the text is none of these.
  public init(_ text: String, usualPort: UInt16) throws(MeterFault) {
    let nonsense = MeterFault(
      "\"\(ForeignText.shown(text))\" is not the address of a service: write HOST:PORT, or [ADDRESS]:PORT for IPv6.")
    var host = text[...]
    var port: Substring?
    if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":"), host.contains(":") else { throw nonsense }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      // More colons are an IPv6 address, in which a port cannot be told from the rest.
      guard !host.contains(":") else { throw nonsense }
    }
    guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(Self.isPlain) else { throw nonsense }
    self.host = String(host)
    if let port {
      guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(port), number > 0 else {
        throw nonsense
      }
      self.port = number
    } else {
      self.port = usualPort
    }
  }

  /// `HOST:PORT`.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
      UInt8(ascii: "%"):
      true
    default: false
    }
  }
}
