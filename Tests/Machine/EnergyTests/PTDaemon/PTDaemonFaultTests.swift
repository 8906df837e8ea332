import Testing

@testable import Energy

/// A way in which a daemon can fail or lie, and the words that must be said about it.
private struct Lie: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let says: [String]
  let command: String
  let answer: PTDaemonStandIn.Answer

  init(_ description: String, _ command: String, _ answer: PTDaemonStandIn.Answer, says: String...) {
    testDescription = description
    self.says = says
    self.command = command
    self.answer = answer
  }

  /// At the beginning.
  static let early: [Lie] = [
    .init("never answers", "Hello", .nothing, says: "did not answer in time", "another client"),
    .init("answers half a line", "Hello", .bytes("Hello, PTD"), says: "in time (only a part of a line)"),
    .init("closes", "Identify", .end(""), says: "closed the connection:"),
    .init(
      "closes in the middle of a line", "Identify", .end("YokogawaWT3"),
      says: "closed the connection in the middle of a line"),
    .init(
      "another daemon", "Hello", .lines(["220 mail.example.org ESMTP"]), says: "\"220 mail.example.org ESMTP\" to Hello"
    ),
    .init(
      "a web server", "Hello", .end("HTTP/1.1 400 Bad Request\r\n\r\n"), says: "\"HTTP/1.1 400 Bad Request\" to Hello"),
    .init("control characters", "Hello", .lines(["\u{1b}[31mHello\u{7}"]), says: "\"[31mHello\" to Hello"),
    .init("no name", "Identify", .lines(["Error"]), says: "\"Error\" to Identify"),
    .init(
      "an old version", "Identify", .lines(["Dummy,1000,1,1,1,1,1,1,0,version=1.4.2-1-2,OS=x,mode=power,1,1,1"]),
      says: "version 1.4.2"),
    .init(
      "another protocol", "Identify", .lines(["Dummy,1000,1,1,1,1,1,1,0,version=2.0.0-1-2,OS=x,mode=power,1,1,1"]),
      says: "version 2.0.0"),
    .init(
      "a thermometer", "Identify", .lines(["Temp,5000,1,1,0,0,0,0,0,version=1.10.0-1-2,OS=x,mode=temperature,0,0,1"]),
      says: "does not measure watts (Temp)"),
    .init(
      "busy", "Go", .lines(["Error: measurement already in progress"]),
      says: "\"Error: measurement already in progress\" to Go"),
    .init(
      "a sample in an age", "Go", .lines([PTDaemonStandIn.start.replacing("1000ms", with: "1e308ms")]),
      says: "takes a sample every 1e+305 s", "average over 1 s"),
    .init(
      "a sample a minute", "Go", .lines([PTDaemonStandIn.start.replacing("1000ms", with: "60000ms")]),
      says: "takes a sample every 60 s"),
    .init("no samples", "RL", .lines(["No unread samples available"]), says: "has no sample of its analyzer"),
    .init("unknown question", "RL", .lines(["Unknown command"]), says: "\"Unknown command\" to RL"),
    .init(
      "floods without line ends", "Hello", .flood(String(repeating: "x", count: 1000)), says: "lines without an end"),
  ]

  /// While it measures.
  static let late: [Lie] = [
    .init("stops answering", "RL", .nothing, says: "did not answer in time"),
    .init(
      "half an answer", "RL", .bytes("Last 3 samples\r\n" + PTDaemonStandIn.sample(100, at: 2) + "\r\nTime,01"),
      says: "(only a part of a line)"),
    .init("closes", "RL", .end("Last 2 samples\r\n"), says: "closed the connection"),
    .init("a number of samples that is none", "RL", .lines(["Last few samples"]), says: "\"Last few samples\" to RL"),
    .init("a negative number of samples", "RL", .lines(["Last -3 samples"]), says: "\"Last -3 samples\" to RL"),
    .init("too many samples", "RL", .lines(["Last 99999999 samples"]), says: "announces 99999999 samples"),
    .init("a number that does not fit", "RL", .lines(["Last 99999999999999999999 samples"]), says: "\"Last 9999"),
    .init("a line that is no sample", "RL", .lines(["Last 1 samples", "Watts,5"]), says: "\"Watts,5\" to RL"),
    .init(
      "a power that is no number", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("abc", at: 2)]),
      says: "Watts,abc"),
    .init(
      "a date that is none", "RL", .lines(["Last 1 samples", "Time,13-45-2023 12:00:00.000,Watts,5"]),
      says: "Time,13-45-2023"),
    .init(
      "a year that no clock shows", "RL", .lines(["Last 1 samples", "Time,01-01-9999 12:00:00.000,Watts,5"]),
      says: "Time,01-01-9999"),
    .init(
      "an error of the analyzer", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("-1.0", at: 2)]),
      says: "gives -1.0 W, and its analyzer failed"),
    .init(
      "negative watts", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("-350.5", at: 2)]), says: "-350.5 W",
      "wires are swapped"),
    .init(
      "no number", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("nan", at: 2)]),
      says: "gives nan W, and it makes no sense"),
    .init(
      "1e300 W", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("1e300", at: 2)]),
      says: "gives 1e+300 W, and it makes no sense"),
    .init(
      "infinite watts", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample("inf", at: 2)]), says: "gives inf W"),
    .init(
      "the past", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample(100, at: -3600)]), says: "jumped by -3602 s"),
    .init(
      "the future", "RL", .lines(["Last 1 samples", PTDaemonStandIn.sample(100, at: 3602)]), says: "jumped by 3600 s"),
    .init(
      "times out of order", "RL",
      .lines(["Last 2 samples", PTDaemonStandIn.sample(1, at: 2), PTDaemonStandIn.sample(1, at: 1.5)]),
      says: "jumped by -1.5 s"),
    .init(
      "more samples than seconds", "RL",
      .lines(["Last 9 samples"] + (2...10).map { PTDaemonStandIn.sample(1, at: 1 + Double($0) / 10) }),
      says: "more samples (9) than can have been taken"),
    .init("floods without line ends", "RL", .flood(String(repeating: "9", count: 1000)), says: "lines without an end"),
    .init("floods with samples", "RL", .flood("Last 1 samples\r\n"), says: "\"Last 1 samples\" to RL"),
  ]
}

@Suite("PTDaemonFault")
struct PTDaemonFaultTests {
  @Test("A daemon that fails or lies at the beginning is not a meter, and the reason says why", arguments: Lie.early)
  private func early(lie: Lie) throws {
    let daemon = try PTDaemonStandIn(script: [lie.command: lie.answer])
    defer { daemon.end() }
    let text = PTDaemonMeter(daemon.settings(patience: 0.5)).availability().text
    check(text, lie, daemon)
    #expect(daemon.isLeft())
  }

  @Test(
    "A daemon that fails or lies while it measures leaves a gap with a reason, and what follows is as good as any",
    arguments: Lie.late)
  private func late(lie: Lie) throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    do {
      let rig = PTDaemonRig(daemon, patience: 0.5)
      rig.run(1, from: 1)
      daemon.answer(lie.command, lie.answer)
      rig.step(1)
      let fault = try #require(rig.rig.events.first)
      #expect(fault.kind == .fault)
      check(fault.text, lie, daemon)
      #expect(rig.rig.energy(from: 1_000_000_000).measured == nil)
      daemon.answer(lie.command, nil)
      // The first call may only connect again.
      rig.run(8, from: 10)
      let end = rig.rig.time
      let energy = try #require(rig.rig.energy(from: end - 5_000_000_000, to: end).measured, "\(rig.rig.events)")
      #expect(abs(energy.joules - 500) < 1e-6)
    }
    #expect(daemon.isLeft())
  }

  private func check(_ text: String, _ lie: Lie, _ daemon: PTDaemonStandIn) {
    for words in lie.says { #expect(text.contains(words), "\(text)") }
    #expect(text.contains("127.0.0.1:\(daemon.port)"))
    #expect(text.hasSuffix("."))
    #expect(text.utf8.count < 400)
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 })
  }

  @Test("Where nobody listens the reason says what to start")
  func nobody() throws {
    let daemon = try PTDaemonStandIn()
    let settings = daemon.settings()
    daemon.end()
    let text = PTDaemonMeter(settings).availability().text
    #expect(text.contains("No PTDaemon answers at 127.0.0.1:\(settings.address.port) (Connection refused)"), "\(text)")
    #expect(text.contains("--ptdaemon HOST:PORT"))
  }

  @Test("A host that nobody knows is named")
  func unknownHost() throws {
    let text = PTDaemonMeter(try PTDaemonSettings("no-such-host.invalid")).availability().text
    #expect(text.contains("no-such-host.invalid:8888 ("), "\(text)")
  }

  @Test("What is right in an answer is kept where something else in it is wrong")
  func partlyWrong() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon)
    rig.run(3, from: 1)
    rig.step(3) {
      daemon.add(
        PTDaemonStandIn.sample(100, at: 4), PTDaemonStandIn.sample("-1", at: 5), PTDaemonStandIn.sample(100, at: 6))
    }
    rig.run(3, from: 7)
    #expect(rig.rig.events.map(\.kind) == [.fault])
    #expect(abs((rig.rig.energy().measured?.joules ?? 0) - 900) < 1e-6)
  }

  @Test("What can have been taken is counted since the question before, not since the beginning")
  func tooManyLater() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon)
    rig.run(20, from: 1)
    rig.step(1) { for place in 1...9 { daemon.add(PTDaemonStandIn.sample(100, at: 20 + Double(place) / 10)) } }
    #expect(rig.rig.events.last?.text.contains("more samples (9) than can have been taken") == true)
  }

  @Test("A measurement of another client is not ended, and ranges are put back although nothing was measured")
  func busy() throws {
    let daemon = try PTDaemonStandIn(script: ["Go": .lines(["Error: measurement already in progress"])])
    defer { daemon.end() }
    #expect(!PTDaemonMeter(daemon.settings()).availability().isAvailable)
    #expect(daemon.isLeft())
    #expect(daemon.commands.suffix(2) == ["Go,1000,0,assay", "SR,A,2.0"])
  }

  @Test("Another analyzer after a lost connection is not taken for the first")
  func anotherAnalyzer() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon, patience: 0.5)
    rig.run(1, from: 1)
    daemon.answer("RL", .end(""))
    rig.step(1)
    daemon.answer("RL", nil)
    daemon.answer("Identify", .lines([PTDaemonStandIn.identity.replacing("WT310E", with: "WT500")]))
    rig.step(1)
    #expect(rig.rig.events.last?.text.contains("has the analyzer YokogawaWT500 where YokogawaWT310E was") == true)
    #expect(rig.rig.energy().measured == nil)
    // The measurement of the lost connection was ended first.
    #expect(daemon.commands.contains("Stop"))
  }
}
