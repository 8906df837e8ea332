import Glibc
import MachineTestSupport
import Testing

@testable import Energy

/// A script that stands for ipmitool, and says what a test wants.
private final class FakeTool {
  static let secret = "hunter2 & $(x)"

  let system: FakeSystem

  init(_ output: String = FakeTool.reading(215)) throws {
    system = try FakeSystem([
      "/dev/ipmi0": "", "/output": output, "/errors": "", "/code": "0",
      "/secret": "user=meter\npassword=\(Self.secret)\n",
    ])
    try system.write(
      "/ipmitool",
      """
      #!/bin/sh
      cd '\(system.root)'
      for word; do echo "$word"; done > arguments
      cat /proc/$$/cmdline /proc/$PPID/cmdline > commands
      printf '%s\n' "$IPMITOOL_PASSWORD" "$IPMI_PASSWORD" > password
      cat errors >&2
      cat output
      exit "$(cat code)"
      """)
    chmod(system.root + "/ipmitool", 0o700)
    chmod(system.root + "/secret", 0o600)
  }

  var path: String { system.root + "/ipmitool" }

  var local: IPMIMeter { IPMIMeter(root: system.root, tool: path) }

  func remote(_ change: (inout IPMIHost) -> Void = { _ in }) -> IPMIMeter {
    var host = IPMIHost(
      address: NetworkAddress(host: "bmc.example", port: 623), credentials: .file(system.root + "/secret"))
    change(&host)
    return IPMIMeter(host: host, root: "/nowhere", tool: path)
  }

  /// What ipmitool 1.8.19 of Debian 12 printed against a simulated controller.
  static func reading(_ watts: Int, state: String = "activated", end: String = "") -> String {
    func column(_ label: String) -> String {
      let number = String(watts)
      return "    \(label)\(String(repeating: " ", count: 42 - label.count + 8 - number.count))\(number) Watts\n"
    }
    return "\n" + column("Instantaneous power reading:") + column("Minimum during sampling period:")
      + column("Maximum during sampling period:") + column("Average power reading over sample period:")
      + "    IPMI timestamp:                           11/22/26 15:15:21 UTC\(end)    Sampling period:              "
      + "            00000001 Seconds.\n    Power reading state is:                   \(state)\n\n\n"
  }
}

/// An answer that is no reading, and the words that must be said about it.
private struct BadAnswer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let output: String
  var errors = ""
  var code = 0
  let says: [String]

  /// The first ones are what ipmitool 1.8.19 printed against a simulated controller, or without one.
  static let all: [BadAnswer] = [
    .init(
      testDescription: "no DCMI", output: "\n", errors: "\n    DCMI request failed because: Invalid command (c1)\n",
      code: 1,
      says: ["got no power reading from", "Invalid command (c1)", "Redfish"]),
    .init(
      testDescription: "privilege", output: "\n",
      errors: """
        Get HPM.x Capabilities request failed, compcode = d4

            DCMI request failed because: Insufficient privilege level (d4)

        """, code: 1, says: ["Insufficient privilege level (d4)", "as operator or administrator"]),
    .init(
      testDescription: "no sensor", output: "\n",
      errors: "\n    DCMI request failed because: Command not supported in present state (d5)\n", code: 1,
      says: ["present state (d5)", "no power sensor"]),
    .init(
      testDescription: "no session", output: "", errors: "Error: Unable to establish IPMI v2 / RMCP+ session\n",
      code: 1,
      says: ["RMCP+ session", "check its address", "password"]),
    .init(
      testDescription: "no device", output: "",
      errors: "Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory\n",
      code: 1,
      says: ["Could not open device", "modprobe"]),
    // What others have recorded.
    .init(
      testDescription: "an old version", output: "\n    DCMI request failed because: Invalid command (c1)",
      says: ["Invalid command"]),
    .init(
      testDescription: "deactivated", output: FakeTool.reading(319, state: "deactivated"),
      says: ["power reading is deactivated", "319 W are not measured", "Redfish"]),
    .init(testDescription: "0 W", output: FakeTool.reading(0), says: ["says 0 W", "no running machine", "Redfish"]),
    .init(testDescription: "all ones", output: FakeTool.reading(65535), says: ["says 65535 W"]),
    // What nobody has seen yet.
    .init(testDescription: "nothing", output: "", says: ["got no power reading"]),
    .init(testDescription: "nothing, and fails", output: "", code: 9, says: ["(exit code 9)"]),
    .init(
      testDescription: "another state", output: FakeTool.reading(5, state: "unknown"),
      says: ["state is: unknown", "no power reading"]),
    .init(testDescription: "more than 16 bits", output: FakeTool.reading(65536), says: ["no power reading"]),
    .init(testDescription: "negative", output: FakeTool.reading(-5), says: ["no power reading"]),
    .init(
      testDescription: "other units", output: FakeTool.reading(5).replacing("Watts", with: "Amps"),
      says: ["no power reading"]),
    .init(
      testDescription: "no state", output: "    Instantaneous power reading:      5 Watts\n", says: ["no power reading"]
    ),
    .init(
      testDescription: "no period", output: FakeTool.reading(5).replacing("Seconds.", with: "Hours."),
      says: ["no power reading"]),
    .init(testDescription: "garbage", output: "\u{1b}[31m?\u{7}\u{ff}\n", says: ["says \"[31m?\""]),
    .init(testDescription: "much", output: String(repeating: "x\n", count: 60_000), says: ["printed too much"]),
    .init(testDescription: "a long line", output: String(repeating: "x", count: 60_000), says: ["printed too much"]),
    .init(
      testDescription: "the password", output: "", errors: "bad \(FakeTool.secret) here\n", code: 1,
      says: ["\"bad ... here\""]),
  ]
}

@Suite("IPMIMeter")
struct IPMIMeterTests {
  @Test("What is no reading gives one clear reason", arguments: BadAnswer.all)
  private func bad(answer: BadAnswer) throws {
    let tool = try FakeTool(answer.output)
    try tool.system.write("/errors", answer.errors)
    try tool.system.write("/code", "\(answer.code)")
    let text = tool.remote().availability().text
    for words in answer.says + ["bmc.example"] { #expect(text.contains(words), "\(text)") }
    #expect(text.utf8.count < 400 && text.hasSuffix(".") && !text.contains("hunter2"))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 })
    // It may have worked before.
    try tool.system.write("/output", FakeTool.reading(100))
    try tool.system.write("/errors", "")
    try tool.system.write("/code", "0")
    let rig = MeterRig(tool.remote())
    try tool.system.write("/output", answer.output)
    try tool.system.write("/errors", answer.errors)
    try tool.system.write("/code", "\(answer.code)")
    rig.step(1)
    #expect(rig.events.map(\.text) == [text])
  }

  @Test("Readings of several versions of ipmitool", arguments: ["", "\n"])
  func readings(end: String) throws {
    let tool = try FakeTool(FakeTool.reading(215, end: end))
    #expect(tool.local.availability() == .available(covers: "It covers machine."))
    let reader = try tool.local.open()
    #expect(try reader.read() == [MeterSample(values: [.watts(215)])])
    #expect(reader.traits.scope == .machine && reader.traits.period == 1 && reader.traits.updateInterval == 1)
    #expect(reader.traits.statedError == nil && reader.traits.channels == [.init("machine", .power, resolution: 1)])
    let listing = MeterListing(tool.local)
    #expect(listing.relativeError == nil && listing.accuracy == "not stated")
    #expect(DCMIReading(FakeTool.reading(215, end: end).split(separator: "\n").map(String.init))?.samplingPeriod == 1)
  }

  @Test("ipmitool is asked as it should be, and the password is in no command line")
  func arguments() throws {
    let tool = try FakeTool()
    func lines(_ file: String) -> [String] {
      (TextFile(root: tool.system.root).optionalText(file) ?? "").split(separator: "\n").map(String.init)
    }
    #expect(tool.local.availability().isAvailable)
    #expect(lines("/arguments") == ["dcmi", "power", "reading"])
    #expect(tool.remote().availability().isAvailable)
    let network = [
      "-I", "lanplus", "-H", "bmc.example", "-p", "623", "-U", "meter", "-E", "-L", "USER", "-N", "1", "-R", "2",
    ]
    #expect(lines("/arguments") == network + ["dcmi", "power", "reading"])
    #expect(lines("/password") == [FakeTool.secret, FakeTool.secret])
    #expect(lines("/commands").joined().contains("bmc.example") && !lines("/commands").joined().contains("hunter2"))
    let other = tool.remote {
      $0.address = NetworkAddress(host: "bmc.example", port: 1623)
      $0.privilege = .administrator
      $0.cipherSuite = 3
    }
    #expect(other.availability().isAvailable)
    #expect(
      lines("/arguments").dropFirst(4).joined(separator: " ").hasPrefix(
        "-p 1623 -U meter -E -L ADMINISTRATOR -N 1 -R 2 -C 3 dcmi"))
  }

  @Test("What cannot be asked says why before anything is started")
  func refused() throws {
    let tool = try FakeTool()
    func text(_ change: (inout IPMIHost) -> Void = { _ in }) -> String {
      let text = tool.remote(change).availability().text
      #expect(text.hasSuffix(".") && text.utf8.count < 400 && !text.contains("hunter2"), "\(text)")
      return text
    }
    for suite in [0, -3, 256] { #expect(text { $0.cipherSuite = suite }.contains("\(suite) is no cipher suite")) }
    #expect(
      text { $0.credentials = .environment(prefix: "ASSAY_NOT_SET") }.contains(
        "bmc.example:623 wants a user and a password: set ASSAY_IPMI_USER and ASSAY_IPMI_PASSWORD"))
    #expect(text { $0.credentials = .file("/nowhere/secret") }.contains("/nowhere/secret cannot be read"))
    for (content, says) in [
      ("", "both user= and password="), ("password=hunter2\n", "both user= and password="),
      ("token=hunter2\n", "IPMI knows no tokens"),
      ("user=1234567890abcdefg\npassword=x\n", "no user name of more than 16 bytes"),
      ("user=u\npassword=1234567890abcdefghijk\n", "no password of more than 20 bytes"),
      // Bytes, not characters.
      ("user=u\npassword=\(String(repeating: "ü", count: 11))\n", "no password of more than 20 bytes"),
    ] {
      try tool.system.write("/secret", content)
      #expect(text().contains(says), "\(text())")
    }
    chmod(tool.system.root + "/secret", 0o640)
    #expect(text().contains("run `chmod 600"))
    #expect(TextFile(root: tool.system.root).optionalText("/arguments") == nil)
  }

  @Test("The longest user and password, and none at all, reach ipmitool as they are")
  func longest() throws {
    let tool = try FakeTool()
    for (user, password) in [("1234567890abcdef", "1234567890abcdefghij"), ("a b", "")] {
      try tool.system.write("/secret", "user=\(user)\npassword=\(password)\n")
      #expect(tool.remote().availability().isAvailable)
      let words = TextFile(root: tool.system.root).optionalText("/arguments") ?? ""
      #expect(words.contains("-U\n\(user)\n-E"))
      let told = TextFile(root: tool.system.root).optionalText("/password")
      #expect(told == (password.isEmpty ? "" : "\(password)\n\(password)"))
    }
    // An empty secret is in every line.
    try tool.system.write("/output", "")
    try tool.system.write("/errors", "no luck\n")
    #expect(tool.remote().availability().text.contains("(it says \"no luck\")"))
  }

  @Test("Addresses with and without a port", arguments: [("bmc", "bmc", 623), ("[::1]:1623", "::1", 1623)])
  func addresses(text: String, host: String, port: UInt16) throws {
    #expect(try IPMIHost(text).address == NetworkAddress(host: host, port: port))
    #expect(throws: MeterFault.self) { try IPMIHost("me@\(text)") }
  }

  @Test(
    "ipmitool that hangs is ended",
    arguments: ["exec sleep 1000", "trap '' TERM; echo; sleep 1000", "exec >&-; exec sleep 1000"])
  func hang(script: String) throws {
    let tool = try FakeTool()
    try tool.system.write("/ipmitool", "#!/bin/sh\necho $$ > '\(tool.system.root)/pid'\n\(script)\n")
    let meter = IPMIMeter(host: nil, root: tool.system.root, tool: tool.path, patience: 1.5)
    #expect(
      meter.availability().text
        == "ipmitool did not get an answer within 1.5 s from the management controller of this machine.")
    let process = TextFile(root: tool.system.root).optionalText("/pid").flatMap { Int32($0) }
    #expect(eventually { !isAlive(process ?? 1) })
  }

  @Test("A machine without a controller, or without ipmitool, says what is missing")
  func missing() throws {
    let tool = try FakeTool()
    #expect(
      IPMIMeter(root: tool.system.root, tool: "no-such-ipmitool").availability().text.contains("apt install ipmitool"))
    #expect(
      IPMIMeter(root: tool.system.root, tool: "/nowhere/ipmitool").availability().text.contains(
        "/nowhere/ipmitool was not found"))
    try tool.system.remove("/dev/ipmi0")
    let text = tool.local.availability().text
    for words in ["/dev/ipmi0 does not exist", "virtual machines", "modprobe -a ipmi_si ipmi_devintf"] {
      #expect(text.contains(words), "\(text)")
    }
    try tool.system.write("/dev/ipmi/0", "")
    #expect(tool.local.availability().isAvailable)
  }

  @Test("A device that this user may not use says so", .enabled(if: geteuid() != 0, "root may use everything"))
  func permission() throws {
    let tool = try FakeTool()
    chmod(tool.system.root + "/dev/ipmi0", 0o400)
    #expect(tool.local.availability().text.contains("/dev/ipmi0 cannot be used (Permission denied): run as root"))
  }

  @Test("A recorded power curve, that of a server, gives its joules within the stated uncertainty")
  func curve() throws {
    func watts(_ time: Double) -> Int { Int((240 + 2 * ToldCurve.watts(time)).rounded()) }
    let tool = try FakeTool(FakeTool.reading(watts(0)))
    let rig = MeterRig(tool.local)
    for second in 1...60 {
      try rig.step(1) {
        try tool.system.write("/output", FakeTool.reading(watts(Double(second))))
      }
    }
    for begin in ToldCurve.begins {
      func moment(_ time: Double) -> Int64 { 1_000_000_000 + Int64((time * 1e9).rounded()) }
      let energy = try #require(rig.energy(from: moment(begin), to: moment(begin + 20)).measured)
      let truth = 240 * 20 + 2 * (ToldCurve.joules(begin + 20) - ToldCurve.joules(begin))
      #expect(energy.source == "ipmi-dcmi")
      #expect(abs(energy.joules - truth) <= energy.uncertaintyJoules, "\(begin): \(energy.joules), not \(truth)")
      #expect(energy.uncertaintyJoules < 0.1 * truth, "\(begin): \(energy.uncertaintyJoules) of \(truth)")
    }
    #expect(rig.events.isEmpty)
  }
}
