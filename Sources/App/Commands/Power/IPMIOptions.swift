import ArgumentParser
import Energy

/// A management controller that is read by ipmitool over the network.
struct IPMIOptions: ParsableArguments {
  @Option(
    name: .customLong("ipmi"),
    help: ArgumentHelp(
      "Read the management controller of a host by ipmitool; user and password are in ASSAY_IPMI_USER and "
        + "ASSAY_IPMI_PASSWORD or in --ipmi-credentials, never on the command line.", valueName: "host[:port]"))
  var host: String?

  @Option(
    name: .customLong("ipmi-credentials"),
    help: ArgumentHelp(
      "A file that only you can read, with lines user=NAME and password=PASSWORD for --ipmi.", valueName: "file"))
  var credentials: String?

  @Option(
    name: .customLong("ipmi-privilege"),
    help: ArgumentHelp("What the session may do: user, operator or administrator.", valueName: "level"))
  var privilege: String?

  @Option(
    name: .customLong("ipmi-cipher"),
    help: ArgumentHelp("The cipher suite, where ipmitool's own choice fails: usually 17 or 3.", valueName: "number"))
  var cipher: Int?

  /// What was said; nil where no controller is to be read.
  func settings() throws -> IPMIHost? {
    guard let host else {
      guard credentials == nil, privilege == nil, cipher == nil else {
        throw CommandFailure("--ipmi-credentials, --ipmi-privilege and --ipmi-cipher are for --ipmi.", exitCode: 64)
      }
      return nil
    }
    guard !host.contains("@") else {
      throw CommandFailure(
        "--ipmi is HOST or HOST:PORT; the user is in ASSAY_IPMI_USER or in --ipmi-credentials.", exitCode: 64)
    }
    var settings: IPMIHost
    do throws(MeterFault) { settings = try IPMIHost(host) } catch {
      throw CommandFailure("--ipmi: \(error.reason)", exitCode: 64)
    }
    if let credentials { settings.credentials = .file(credentials) }
    if let privilege {
      guard let level = IPMIHost.Privilege(rawValue: privilege) else {
        throw CommandFailure("--ipmi-privilege is user, operator or administrator.", exitCode: 64)
      }
      settings.privilege = level
    }
    if let cipher {
      guard (1...255).contains(cipher) else {
        throw CommandFailure("--ipmi-cipher is a whole number from 1 to 255, usually 17 or 3.", exitCode: 64)
      }
      settings.cipherSuite = cipher
    }
    return settings
  }
}
