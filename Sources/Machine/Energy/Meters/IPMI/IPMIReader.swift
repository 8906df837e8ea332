import CLinux

/// Asks a management controller for its power by running ipmitool.
final class IPMIReader: MeterReader {
  let traits = MeterTraits(
    channels: [.init("machine", .power, resolution: 1)], scope: .machine, updateInterval: IPMIMeter.updateInterval,
    period: 1)
  private(set) var childSeconds = 0.0
  private let words: [String]
  private let host: IPMIHost?
  private let password: Secret?
  private let patience: Double

  init(_ tool: String, host: IPMIHost?, patience: Double) throws(MeterFault) {
    let login = try host?.login()
    var arguments: [String] = []
    if let host, let login { arguments = try host.arguments(user: login.user) }
    words = [tool] + arguments + ["dcmi", "power", "reading"]
    password = login?.password
    self.host = host
    self.patience = patience
  }

  func read() throws(MeterFault) -> [MeterSample] {
    [MeterSample(values: [.watts(try ask().watts)])]
  }

  private func ask() throws(MeterFault) -> DCMIReading {
    // Nothing else is translated or formatted by the user's language; the password is for nobody's eyes.
    var variables = ["LC_ALL": "C"]
    // The first of them has precedence, and may be set for something else (ipmitool, lib/ipmi_main.c, option `-E`).
    for name in ["IPMITOOL_PASSWORD", "IPMI_PASSWORD"] { variables[name] = password?.revealed }
    let process = try CommandProcess(words, variables: variables, secret: password)
    defer {
      process.end()
      childSeconds += process.computed()
    }
    let (lines, status) = try finish(process)
    guard let reading = DCMIReading(lines) else {
      // Some versions complain on their output, and end as if all were well.
      let complaint = process.complaint
      let said = complaint.isEmpty ? process.clause(lines.last { !ForeignText.shown($0).isEmpty } ?? "") : complaint
      throw fault("got no power reading from", status: status, said)
    }
    guard reading.isActive else {
      throw MeterFault(
        "\(controller(isFirst: true)) says that its power reading is deactivated, so its \(Int(reading.watts)) W are not "
          + "measured; it may offer Redfish instead.")
    }
    // What controllers say that offer the command but have no sensor.
    guard reading.watts > 0, reading.watts < 65535 else {
      throw MeterFault(
        "\(controller(isFirst: true)) says \(Int(reading.watts)) W, which no running machine draws, so it has no sensor for "
          + "DCMI; it may offer Redfish instead.")
    }
    return reading
  }

  private func finish(_ process: CommandProcess) throws(MeterFault) -> (lines: [String], status: Int) {
    let limit = clinux_clock_ns() + Int64(patience * 1e9)
    var lines: [String] = []
    while true {
      let left = Double(limit - clinux_clock_ns()) / 1e9
      guard left > 0 else {
        throw fault(
          "did not get an answer within \(PowerTrace.text(patience)) s from", status: nil, process.complaint)
      }
      let look = process.look(within: left)
      lines += look.lines
      if look.isFlood || look.isEndless || lines.count > 100 {
        throw fault("printed too much for a power reading of", status: nil, process.complaint)
      }
      if look.isOver { return (lines, process.status(within: max(left, 0.1)) ?? -1) }
    }
  }

  private func fault(_ what: String, status: Int?, _ said: String) -> MeterFault {
    let code = status.map { $0 > 0 && said.isEmpty ? " (exit code \($0))" : "" } ?? ""
    return MeterFault("ipmitool \(what) \(controller())\(said)\(code)\(Self.help(said)).")
  }

  private func controller(isFirst: Bool = false) -> String {
    (isFirst ? "The" : "the") + " management controller " + (host?.shown ?? "of this machine")
  }

  /// What helps, by what ipmitool says.
  private static func help(_ said: String) -> String {
    let hints = [
      ("Insufficient privilege", "; ask it as operator or administrator"),
      ("Invalid command", "; it has no DCMI, but may offer Redfish"),
      ("not supported", "; it has no power sensor for DCMI, but may offer Redfish"),
      (
        "Unable to establish",
        "; check its address, the user, the password, the cipher suite, and that it allows IPMI over LAN"
      ),
      ("Could not open device", "; load its drivers with `sudo modprobe -a ipmi_si ipmi_devintf`"),
    ]
    return hints.first { said.contains($0.0) }?.1 ?? ""
  }
}
