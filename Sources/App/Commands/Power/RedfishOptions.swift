import ArgumentParser
import Energy

/// A management controller that is read over Redfish.
struct RedfishOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read a management controller over Redfish; user and password are in ASSAY_REDFISH_USER and ASSAY_REDFISH_PASSWORD or "
        + "in --redfish-credentials, never in the URL.", valueName: "url"))
  var redfish: String?

  @Option(
    help: ArgumentHelp(
      "A file that only you can read, with lines user=NAME and password=PASSWORD, or token=TOKEN, for --redfish.",
      valueName: "file"))
  var redfishCredentials: String?

  @Option(
    help: ArgumentHelp(
      "How the controller is known: sha256//BASE64 of its public key, or a file with its certificate.", valueName: "pin"
    ))
  var redfishPin: String?

  @Option(
    name: .customLong("redfish-ca"),
    help: ArgumentHelp("A file with the authorities to trust instead of the system's (PEM).", valueName: "file"))
  var redfishAuthorities: String?

  @Option(
    help: ArgumentHelp(
      "Seconds between the controller's own readings, where it does not say: usually 2.", valueName: "seconds"))
  var redfishInterval: Double?

  @Flag(
    name: .customLong("redfish-plain-http"), help: "Allow http://, by which everybody on the way sees the password.")
  var allowsPlainHTTP = false

  /// What was said; nil where no controller is to be read.
  func settings() throws -> RedfishSettings? {
    guard let redfish else {
      guard redfishCredentials == nil, redfishPin == nil, redfishAuthorities == nil, redfishInterval == nil,
        !allowsPlainHTTP
      else {
        throw CommandFailure(
          "--redfish-credentials, --redfish-pin, --redfish-ca, --redfish-interval and --redfish-plain-http are for "
            + "--redfish.", exitCode: 64)
      }
      return nil
    }
    var settings = RedfishSettings(url: redfish, pin: redfishPin, authorities: redfishAuthorities)
    if let redfishCredentials { settings.credentials = .file(redfishCredentials) }
    if let redfishInterval {
      guard redfishInterval >= 1, redfishInterval <= 60 else {
        throw CommandFailure("--redfish-interval is in seconds, from 1 to 60.", exitCode: 64)
      }
      settings.updateInterval = redfishInterval
    }
    settings.allowsPlainHTTP = allowsPlainHTTP
    return settings
  }
}
