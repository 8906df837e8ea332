import Testing

@testable import Energy

@Suite("PTDaemonMeter")
struct PTDaemonMeterTests {
  @Test("It asks as the protocol wants, measures what the daemon says, and leaves the daemon as it was")
  func conversation() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    do {
      let rig = PTDaemonRig(daemon)
      rig.run(10, from: 1)
      let energy = try #require(rig.rig.energy().measured, "\(rig.rig.energy())")
      #expect(energy.source == "ptdaemon")
      #expect(energy.domains.map(\.name) == ["wall"])
      #expect(abs(energy.joules - 1000) < 1e-6)
      // 0.5 % as the daemon says, and the step of a text.
      #expect(abs(energy.uncertaintyJoules - (5 + 5e-6)) < 1e-3)
      let traits = try #require(rig.rig.traits)
      #expect(traits.scope == .machine)
      #expect(traits.updateInterval == 1)
      #expect(traits.channels.map(\.quantity) == [.meanPower])
      #expect(
        daemon.commands.prefix(8) == [
          "Hello", "Identify", "RR", "SR,A,Auto", "SR,V,Auto", "Go,1000,0,assay", "RL", "Uncertainty",
        ])
    }
    #expect(daemon.isLeft())
    // The range of the current was fixed before, that of the voltage was not.
    #expect(daemon.commands.suffix(2) == ["Stop", "SR,A,2.0"])
  }

  @Test("It says which analyzer it covers")
  func availability() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    let text = PTDaemonMeter(daemon.settings()).availability()
    #expect(
      text
        == .available(
          covers:
            "It covers what is plugged into the analyzer YokogawaWT310E of the PTDaemon 1.10.0 at 127.0.0.1:\(daemon.port)."
        ))
    #expect(daemon.isLeft())
  }

  @Test("A daemon that tells no uncertainty is taken at SPEC's limit")
  func unknownUncertainty() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    daemon.set(uncertainty: "Uncertainty,-1.000000,-1.000000,-1.000000,1,0,0,1")
    let rig = PTDaemonRig(daemon)
    #expect(rig.rig.traits?.relativeError == 0.01)
  }

  @Test("An uncertainty that rises above what was said at the beginning is told once")
  func risingUncertainty() throws {
    let daemon = try PTDaemonStandIn()
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon)
    rig.run(3, from: 1)
    daemon.set(uncertainty: "Uncertainty,0.010,0.003,0.020,9,1,8,0")
    rig.run(5, from: 4)
    #expect(rig.rig.events.map(\.kind) == [.fault])
    #expect(rig.rig.events.first?.text.contains("by up to 2 %, more than the 0.5 %") == true)
    // Nothing of it was lost.
    #expect(abs((rig.rig.energy().measured?.joules ?? 0) - 800) < 1e-6)
  }

  @Test("An analyzer whose ranges cannot be set is read all the same; one that is kept in a fixed range is not")
  func ranges() throws {
    let fixed = try PTDaemonStandIn(script: ["SR": .lines(["Error: range not supported"])])
    defer { fixed.end() }
    let reason = PTDaemonMeter(fixed.settings()).availability().text
    #expect(reason.contains("\"Error: range not supported\" to SR,A,Auto"), "\(reason)")
    let none = try PTDaemonStandIn(
      script: ["SR": .lines(["Error: range not supported"]), "RR": .lines(["Ranges,-1,-1.0,-1,-1.0"])])
    defer { none.end() }
    #expect(PTDaemonMeter(none.settings()).availability().isAvailable)
    let disabled = PTDaemonStandIn.identity.replacing("mode=power,1,1", with: "mode=power,1,0")
    let unset = try PTDaemonStandIn(script: ["SR": .lines(["Error: disabled"]), "Identify": .lines([disabled])])
    defer { unset.end() }
    #expect(PTDaemonMeter(unset.settings()).availability().isAvailable)
    #expect(!unset.commands.contains("SR,A,Auto"))
  }

  @Test("The daemon's interval is that of the samples")
  func interval() throws {
    let slow = PTDaemonStandIn.identity.replacing("WT310E,1000", with: "WT310E,5000")
    let daemon = try PTDaemonStandIn(script: [
      "Identify": .lines([slow]), "Go": .lines(["Starting untimed measurement"]),
    ])
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon)
    #expect(daemon.commands.contains("Go,5000,0,assay"))
    #expect(rig.rig.traits?.updateInterval == 5)
    #expect(rig.rig.traits?.period == 4.5)
  }

  @Test(
    "A recorded power curve gives its joules, however far the daemon's clock is off", arguments: [0, 3600.25, -7200.75])
  func curve(offset: Double) throws {
    func sample(_ second: Int) -> String {
      // The analyzer gives the mean of the second before.
      PTDaemonStandIn.sample(RecordedCurve.step.shown(Double(second), every: 1), at: Double(second) + offset)
    }
    let daemon = try PTDaemonStandIn([sample(0)])
    defer { daemon.end() }
    let rig = PTDaemonRig(daemon)
    // Asked every 0.9 s as it wants; the clock of the rig begins at 1 s, so the curve's second 0 is there.
    var given = 0
    for poll in 1...100 {
      rig.step(0.9) {
        while Double(given + 1) <= 0.9 * Double(poll) {
          given += 1
          daemon.add(sample(given))
        }
      }
    }
    #expect(rig.rig.events.isEmpty)
    try RecordedCurve.step.expect { rig.rig.energy(from: $0 + 1_000_000_000, to: $1 + 1_000_000_000) }
  }
}
