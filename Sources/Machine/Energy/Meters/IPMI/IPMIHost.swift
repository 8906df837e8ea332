/// A management controller on the network.
public struct IPMIHost: Hashable, Sendable {
  /// What a session may do.
  public enum Privilege: String, CaseIterable, Hashable, Sendable {
    /// Enough to read, by the DCMI specification.
    case user
    /// The level above it.
    case `operator`
    /// The highest level, which some controllers want.
    case administrator
  }

  /// Its name or address.
  public var name: String
  /// Its UDP port.
  public var port: Int
  /// The user's name there.
  public var user: String
  /// The user's password there.
  public var password: MeterSecret
  /// What the session is opened for.
  public var privilege: Privilege
  /// The cipher suite, where ipmitool's own choice does not work: 17 or 3.
  public var cipherSuite: Int?

  /// Describes a controller.
  public init(
    name: String, port: Int = 623, user: String, password: MeterSecret = .environment("IPMI_PASSWORD"),
    privilege: Privilege = .user, cipherSuite: Int? = nil
  ) {
    self.name = name
    self.port = port
    self.user = user
    self.password = password
    self.privilege = privilege
    self.cipherSuite = cipherSuite
  }

  /// What ipmitool is told. The password is not among it: that is in its environment.
  func arguments() throws(MeterFault) -> [String] {
    for (what, text) in [("address", name), ("user", user)] {
      guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
        throw MeterFault("\"\(ShownText.short(text))\" is no \(what) of a management controller.")
      }
    }
    guard (1...65535).contains(port) else {
      throw MeterFault("\(port) is no port of the management controller \(shown).")
    }
    // A second for an answer, and once more: a lost packet is no gap, and a controller that is not there no long wait.
    return ["-I", "lanplus", "-H", name, "-p", "\(port)", "-U", user, "-E", "-L", privilege.rawValue.uppercased()]
      + ["-N", "1", "-R", "2"] + (cipherSuite.map { ["-C", "\($0)"] } ?? [])
  }

  /// The name, fit for a sentence.
  var shown: String { ShownText.short(name, 60) }
}
