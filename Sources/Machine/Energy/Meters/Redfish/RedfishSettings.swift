/// Where a management controller is, whom it is asked as, and how it is known to be the right one.
public struct RedfishSettings: Hashable, Sendable {
  /// The prefix of the environment variables with user and password.
  public static let environmentPrefix = "ASSAY_REDFISH"

  /// `https://HOST`, or the complete URL of a chassis or of one of its resources that tells power.
  public var url: String
  /// Where user and password, or a session's token, are.
  public var credentials: Credentials.Source
  /// `sha256//BASE64` of the controller's public key, or a file with its certificate or its public key (PEM); nil where an
  /// authority vouches for the controller.
  public var pin: String?
  /// A file with the authorities to trust (PEM) instead of the system's.
  public var authorities: String?
  /// Whether `http://` may be used for other machines too: everybody on the way then sees the password.
  public var allowsPlainHTTP: Bool
  /// Seconds between the controller's own readings, where it does not say it itself.
  public var updateInterval: Double
  /// Seconds for each answer.
  public var patience: Double

  /// Seconds between readings of a controller that does not say how often it reads its sensors: one for the sensor, which
  /// OpenBMC reads once a second, and one for what the web service keeps. Some take longer (HPE's iLO averages over 10 s).
  public static let usualUpdateInterval = 2.0

  /// Makes settings.
  public init(
    url: String, credentials: Credentials.Source = .environment(prefix: RedfishSettings.environmentPrefix),
    pin: String? = nil, authorities: String? = nil, allowsPlainHTTP: Bool = false,
    updateInterval: Double = RedfishSettings.usualUpdateInterval, patience: Double = 5
  ) {
    self.url = url
    self.credentials = credentials
    self.pin = pin
    self.authorities = authorities
    self.allowsPlainHTTP = allowsPlainHTTP
    self.updateInterval = updateInterval
    self.patience = patience
  }
}
