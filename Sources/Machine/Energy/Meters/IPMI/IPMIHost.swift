/// A management controller on the network, and whom it is asked as.
public struct IPMIHost: Hashable, Sendable {
  /// The prefix of the environment variables with user and password.
  public static let environmentPrefix = "ASSAY_IPMI"
  /// The UDP port of controllers (RMCP).
  public static let usualPort: UInt16 = 623

  /// What a session may do.
  public enum Privilege: String, CaseIterable, Hashable, Sendable {
    /// The lowest level, which many controllers read power for.
    case user
    /// The level above it.
    case `operator`
    /// The highest level, which some controllers want.
    case administrator
  }

  /// Where it listens.
  public var address: NetworkAddress
  /// Where user and password are; IPMI has no tokens.
  public var credentials: Credentials.Source
  /// What the session is opened for.
  public var privilege: Privilege
  /// The cipher suite, where ipmitool's own choice does not work: 17 or 3.
  public var cipherSuite: Int?

  /// Describes a controller.
  public init(
    address: NetworkAddress, credentials: Credentials.Source = .environment(prefix: IPMIHost.environmentPrefix),
    privilege: Privilege = .user, cipherSuite: Int? = nil
  ) {
    self.address = address
    self.credentials = credentials
    self.privilege = privilege
    self.cipherSuite = cipherSuite
  }

  /// Describes the controller at `HOST` or `HOST:PORT`.
  ///
  /// - Throws: ``MeterFault`` where the text is no address.
  public init(_ address: String) throws(MeterFault) {
    self.init(address: try NetworkAddress(address, usualPort: Self.usualPort))
  }

  /// The longest user and password, bytes: ipmitool refuses longer ones (lib/ipmi_main.c, options `-U` and `-I lanplus`),
  /// and IPMI 2.0 has fields of that size for them.
  private static let (longestUser, longestPassword) = (16, 20)

  /// A user and a password that IPMI can send.
  ///
  /// - Parameter variable: an environment variable's value, nil where it is not set.
  func login(
    variable: (String) -> String? = Credentials.variable
  ) throws(MeterFault) -> (user: Secret, password: Secret) {
    guard let credentials = try Credentials.read(credentials, variable: variable) else {
      throw MeterFault(
        "The management controller \(address) wants a user and a password: set \(Self.environmentPrefix)_USER and "
          + "\(Self.environmentPrefix)_PASSWORD, or name a file with lines user= and password= by --ipmi-credentials.")
    }
    let place = "the management controller \(address)"
    guard let user = credentials.user, let password = credentials.password else {
      throw MeterFault(
        "IPMI knows no tokens, such as \(credentials.origin) holds: give a user and a password for \(place).")
    }
    for (what, secret, longest) in [
      ("user name", user, Self.longestUser), ("password", password, Self.longestPassword),
    ] where secret.revealed.utf8.count > longest {
      throw MeterFault(
        "IPMI takes no \(what) of more than \(longest) bytes, as that of \(credentials.origin) has: use another one, or "
          + "Redfish, for \(place).")
    }
    return (user, password)
  }

  /// What ipmitool is told. The password is not among it: that is in its environment.
  func arguments(user: Secret) throws(MeterFault) -> [String] {
    if let cipherSuite, !(1...255).contains(cipherSuite) {
      throw MeterFault(
        "\(cipherSuite) is no cipher suite to ask the management controller \(address) with: 17 and 3 are usual, and 0 would "
          + "let anybody answer.")
    }
    // A second for an answer, and once more: a lost packet is no gap, and a controller that is not there no long wait.
    return ["-I", "lanplus", "-H", address.host, "-p", "\(address.port)", "-U", user.revealed, "-E"]
      + ["-L", privilege.rawValue.uppercased(), "-N", "1", "-R", "2"] + (cipherSuite.map { ["-C", "\($0)"] } ?? [])
  }

  /// Its address, without the usual port.
  var shown: String { address.port == Self.usualPort ? address.host : address.description }
}
