import Glibc

/// Reads the machine's power from its management controller (BMC) with `ipmitool dcmi power reading`.
///
/// The answer is whole watts of the moment. How exact they are no controller says, nor how old: a second is assumed, and where a
/// controller gives the mean over a longer time, windows are that much less exact than their figures say.
///
/// A reading takes 20 to 50 ms of a core (ipmitool 1.8.19), on the PU of the meters' threads.
public struct IPMIMeter: Meter {
  /// Seconds between new values, as is assumed.
  static let updateInterval = 1.0
  /// Seconds that one reading may take; ipmitool gives up after six where nobody answers.
  static let usualPatience = 8.0

  /// `ipmi-dcmi`.
  public var name: String { "ipmi-dcmi" }

  let host: IPMIHost?
  private let root: String
  private let tool: String
  private let patience: Double

  /// Makes a meter.
  ///
  /// - Parameters:
  ///   - host: the controller on the network; nil for this machine's own, by its kernel driver.
  ///   - root: where `dev` is.
  ///   - tool: the path of ipmitool, or its name, which is looked for where programs are.
  public init(host: IPMIHost? = nil, root: String = "/", tool: String = "ipmitool") {
    self.init(host: host, root: root, tool: tool, patience: Self.usualPatience)
  }

  init(host: IPMIHost?, root: String, tool: String, patience: Double) {
    self.host = host
    self.root = root
    self.tool = tool
    self.patience = patience
  }

  /// Asks once, so that every reason is known.
  public func open() throws(MeterFault) -> any MeterReader {
    if host == nil { try requireDevice() }
    let reader = try IPMIReader(try path(), host: host, patience: patience)
    _ = try reader.read()
    return reader
  }

  /// The driver's devices, as ipmitool looks for them.
  private static let devices = ["/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0"]

  private func requireDevice() throws(MeterFault) {
    let prefix = root.hasSuffix("/") ? String(root.dropLast()) : root
    guard let device = Self.devices.first(where: { access(prefix + $0, F_OK) == 0 }) else {
      throw MeterFault(
        "\(Self.devices[0]) does not exist: this machine has no management controller, as most virtual machines, or its "
          + "drivers are not loaded (`sudo modprobe -a ipmi_si ipmi_devintf`).")
    }
    guard access(prefix + device, R_OK | W_OK) == 0 else {
      throw MeterFault(
        "\(device) cannot be used (\(String(cString: strerror(errno)))): run as root, or let this user read and write it with "
          + "`sudo chmod o+rw \(device)`.")
    }
  }

  /// The tool's path. Where only root's programs are belongs to it, as PATH of others lacks that.
  private func path() throws(MeterFault) -> String {
    let folders =
      (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":") + ["/usr/sbin", "/sbin", "/usr/bin"]
    let candidates = tool.contains("/") ? [tool] : folders.map { "\($0)/\(tool)" }
    guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw MeterFault("\(ForeignText.shown(tool, limit: 60)) was not found; `sudo apt install ipmitool` installs it.")
    }
    return path
  }
}
