/// Where SPEC's PTDaemon is and how long it may take.
public struct PTDaemonSettings: Hashable, Sendable {
  /// The port on which the daemon listens unless told.
  public static let usualPort: UInt16 = 8888

  /// Where it listens.
  public var address: NetworkAddress
  /// Seconds for each step: to connect, and for an answer beyond the samples that it may wait for.
  public var patience: Double

  /// Makes settings.
  public init(address: NetworkAddress, patience: Double = 2) {
    self.address = address
    self.patience = patience
  }

  /// Settings from `HOST` or `HOST:PORT`.
  ///
  /// - Throws: ``MeterFault`` where the text is no address.
  public init(_ address: String) throws(MeterFault) {
    self.init(address: try NetworkAddress(address, usualPort: Self.usualPort))
  }
}
