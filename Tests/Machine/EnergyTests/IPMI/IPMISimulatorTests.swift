import Glibc
import MachineTestSupport
import Testing

@testable import Energy

/// The simulator that `scripts/ipmi-simulator-check` has started.
private struct Simulator {
  /// The folder with what describes it; nil where there is none.
  static let folder = getenv("ASSAY_IPMI_SIMULATOR").map { String(cString: $0) }

  let files: TextFile

  init() throws { files = TextFile(root: try #require(Self.folder)) }

  /// A meter of its, as its administrator.
  func meter(_ change: (inout IPMIHost) -> Void = { _ in }) throws -> IPMIMeter {
    // It does not tell its cipher suites, and takes DCMI from administrators alone.
    var host = try IPMIHost("127.0.0.1:\(files.count("/port", "a port"))")
    host.credentials = .file(files.root + "/credentials")
    (host.privilege, host.cipherSuite) = (.administrator, 3)
    change(&host)
    return IPMIMeter(host: host, tool: try files.text("/tool"))
  }

  /// What it says from now on.
  func say(_ watts: Int, isActive: Bool = true, code: Int = 0) throws {
    let bytes = Array("\(watts) \(isActive ? 1 : 0) \(code)\n".utf8)
    // Never half a file, as it reads whenever it likes.
    let file = open(files.root + "/reading.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    try #require(write(file, bytes, bytes.count) == bytes.count)
    try #require(rename(files.root + "/reading.new", files.root + "/reading") == 0)
  }
}

@Suite(
  "IPMISimulator", .serialized,
  .enabled(if: Simulator.folder != nil, "scripts/ipmi-simulator-check runs it against a real simulator"))
struct IPMISimulatorTests {
  @Test("A simulated controller is read over the network", arguments: [1, 215, 65534])
  func reading(watts: Int) throws {
    let simulator = try Simulator()
    try simulator.say(watts)
    #expect(try simulator.meter().availability() == .available(covers: "It covers machine."))
    #expect(try simulator.meter().open().read() == [MeterSample(values: [.watts(Double(watts))])])
  }

  @Test(
    "What a controller may answer instead gives its reason",
    arguments: [
      (215, false, 0, "deactivated, so its 215 W"), (0, true, 0, "says 0 W"), (65535, true, 0, "says 65535 W"),
      (215, true, 0xc1, "Invalid command (c1)\"); it has no DCMI"),
      (215, true, 0xd5, "state (d5)\"); it has no power sensor"),
      (215, true, 0xff, "Unspecified error (ff)"),
    ])
  func refusals(watts: Int, isActive: Bool, code: Int, says: String) throws {
    let simulator = try Simulator()
    try simulator.say(watts, isActive: isActive, code: code)
    let text = try simulator.meter().availability().text
    #expect(text.contains(says) && text.contains("controller 127.0.0.1"), "\(text)")
  }

  @Test("Who may not ask is told why, and no password is")
  func access() throws {
    let simulator = try Simulator()
    try simulator.say(215)
    let secret = try simulator.files.text("/password")
    for (name, value) in [
      ("WRONG_USER", "meter"), ("WRONG_PASSWORD", "wrong"), ("OTHER_USER", "nobody"), ("OTHER_PASSWORD", secret),
    ] { setenv("ASSAY_" + name, value, 1) }
    let texts = try [
      simulator.meter { $0.privilege = .user },
      simulator.meter { $0.credentials = .environment(prefix: "ASSAY_WRONG") },
      simulator.meter { $0.credentials = .environment(prefix: "ASSAY_OTHER") },
      simulator.meter { $0.address = NetworkAddress(host: "127.0.0.1", port: 9) },
    ].map { $0.availability().text }
    #expect(
      texts[0].contains("Insufficient privilege level (d4)\"); ask it as operator or administrator"), "\(texts[0])")
    for text in texts.dropFirst(1) {
      #expect(text.contains("Unable to establish IPMI v2 / RMCP+ session\"); check its"), "\(text)")
    }
    for text in texts { #expect(!text.contains(secret) && text.utf8.count < 400) }
  }

  @Test("A recorded power curve, told by a simulated controller, gives its joules within the stated uncertainty")
  func curve() throws {
    let simulator = try Simulator()
    func watts(_ time: Double) -> Int { Int((240 + 2 * ToldCurve.watts(time)).rounded()) }
    try simulator.say(watts(0))
    let rig = MeterRig(try simulator.meter())
    for second in 1...60 { try rig.step(1) { try simulator.say(watts(Double(second))) } }
    for begin in ToldCurve.begins {
      func moment(_ time: Double) -> Int64 { 1_000_000_000 + Int64((time * 1e9).rounded()) }
      let energy = try #require(rig.energy(from: moment(begin), to: moment(begin + 20)).measured)
      let truth = 240 * 20 + 2 * (ToldCurve.joules(begin + 20) - ToldCurve.joules(begin))
      #expect(abs(energy.joules - truth) <= energy.uncertaintyJoules && energy.uncertaintyJoules < 0.1 * truth)
    }
    #expect(rig.events.isEmpty)
  }
}
