import CLinux
import Glibc
import MachineTestSupport
import Testing

@testable import Energy

/// A command that is no meter, and the words that must be said about it.
private struct BadCommand: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let command: String
  let says: [String]
  /// Whether nothing but waiting shows what is wrong.
  let isSilent: Bool

  init(_ description: String, _ command: String, says: [String], isSilent: Bool = false) {
    testDescription = description
    self.command = command
    self.says = says
    self.isSilent = isSilent
  }

  static let all: [BadCommand] = [
    .init("nothing to run", "  ", says: ["no command", "exec:COMMAND"]),
    .init("not there", "/nowhere/meter --watts", says: ["command /nowhere/meter of", "exit code 127", "not found"]),
    .init(
      "fails", "echo W 5; echo 'no such device' >&2; exit 3", says: ["exit code 3 after one reading", "no such device"]),
    .init("fails without a word", "exit 1", says: ["exit code 1 without a reading"]),
    .init("ends without a word", "true", says: ["ended without a reading"]),
    .init("is killed", "kill -9 $$", says: ["signal 9"]),
    .init("prints nothing", "exec sleep 100", says: ["printed nothing for 2 s", "stdbuf -oL"], isSilent: true),
    .init("prints one line and stays", "echo 5; exec sleep 100", says: ["neither another nor its end"], isSilent: true),
    .init("garbage", "echo hello; sleep 100", says: ["printed \"hello\" where"]),
    .init("control characters", #"printf '\033[31mred\007\n'; sleep 100"#, says: ["\"[31mred\""]),
    .init("bytes that are no text", #"printf '\377\376\n'; sleep 100"#, says: ["printed \"\""]),
    .init("a unit", "echo 5 kW; sleep 100", says: ["\"5 kW\""]),
    .init("a comma", "echo 5,3; sleep 100", says: ["\"5,3\""]),
    .init("a small letter", "echo w 5; sleep 100", says: ["\"w 5\""]),
    .init("negative", "echo W -5; sleep 100", says: ["\"W -5\""]),
    .init("a sign", "echo W +5; sleep 100", says: ["\"W +5\""]),
    .init("half a number", "echo W .5; sleep 100", says: ["\"W .5\""]),
    .init("not a number", "echo nan; sleep 100", says: ["\"nan\""]),
    .init("infinite", "echo W inf; sleep 100", says: ["\"W inf\""]),
    .init("more than any machine", "echo W 1e7; sleep 100", says: ["\"W 1e7\""]),
    .init("more than any number", "echo J 1e999; sleep 100", says: ["\"J 1e999\""]),
    .init("three words", "echo W 5 6; sleep 100", says: ["\"W 5 6\""]),
    .init("both units", "echo W 5; echo J 6; sleep 100", says: ["watts and joules"]),
    .init(
      "a line without end", "head -c 300 /dev/zero | tr '\\0' 9; sleep 100", says: ["a line of more than 256 bytes"]),
    .init("an endless line", "tr '\\0' 9 < /dev/zero", says: ["bytes"]),
    .init(
      "a daemon that keeps its output", "setsid sleep 4 & echo 5", says: ["neither another nor its end"], isSilent: true
    ),
    .init("blank lines", "while echo; do sleep 0.1; done", says: ["printed nothing"], isSilent: true),
    .init("a password", "TOKEN=hunter2 curl --user me:hunter2", says: ["command curl of"]),
  ]
}

@Suite("ExecMeter")
struct ExecMeterTests {
  private static let brief = ExecPatience(line: 2, reading: 0.05)
  private static let calm = ExecPatience(line: 20, reading: 20)

  private func meter(_ command: String, _ clock: TestClock = TestClock(), _ patience: ExecPatience = calm) -> ExecMeter
  {
    ExecMeter(command: command, clock: { clock.now }, patience: patience)
  }

  /// Lets a command print two lines while it is opened, a second apart. The clock is looked at before each line is waited for,
  /// and when the first is there.
  private func open(_ source: LineSource, _ clock: TestClock, _ first: String, _ second: String) {
    clock.atNextLook(0) { source.print(first) }
    clock.atNextLook(0)
    clock.atNextLook(1) { source.print(second) }
  }

  @Test("A command that is no meter gives one clear reason, and is gone after it", arguments: BadCommand.all)
  private func bad(command: BadCommand) {
    let text = meter(command.command, TestClock(), command.isSilent ? Self.brief : Self.calm).availability().text
    for words in command.says { #expect(text.contains(words), "\(text)") }
    #expect(text.utf8.count < 400 && text.hasSuffix(".") && !text.contains("hunter2"))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 })
  }

  @Test(
    "Lines that are readings",
    arguments: [
      ("W 123.4", ToldUnit.watts, 123.4, 0.1), ("99", .watts, 99, 1),
      (" W\t7.25 ", .watts, 7.25, 0.01), ("J 5678.901", .joules, 5678.901, 0.001), ("1.5e2", .watts, 150, 1),
      ("W 0", .watts, 0, 1), ("J 2.5E-3", .joules, 0.0025, 1e-4),
    ])
  func lines(text: String, unit: ToldUnit, value: Double, step: Double) throws {
    let line = try #require(ExecLine(text))
    #expect(line.unit == unit && line.number.value == value)
    #expect(abs(line.number.step / step - 1) < 1e-9)
  }

  @Test("A command that goes on is read as its lines come")
  func stream() throws {
    let source = try LineSource()
    let clock = TestClock()
    open(source, clock, "W 100.5", "W 110.5")
    let reader = try meter(source.command, clock).open()
    #expect(reader.traits.updateInterval == 1 && reader.traits.period == nil && reader.traits.scope == .unstated)
    #expect(reader.traits.channels == [.init("cat", .power, resolution: 0.1)])
    let start: Int64 = 1_000_000_000
    #expect(
      try reader.read() == [
        MeterSample(time: start, values: [.watts(100.5)]),
        MeterSample(time: start + 1_000_000_000, values: [.watts(110.5)]),
      ])
    clock.atNextLook(2) { source.print("120") }
    #expect(try reader.read() == [MeterSample(time: start + 3_000_000_000, values: [.watts(120)])])
  }

  @Test("Lines that came while nobody looked are one reading: the mean power, or the last count, at its likely moment")
  func batches() throws {
    func batch(_ lines: [String]) throws -> ExecRun.Batch {
      ExecRun.Batch(lines: try lines.map { try #require(ExecLine($0)) }, time: 1000)
    }
    #expect(try batch(["W 1", "W 2", "6"]).sample(.watts, span: 600) == MeterSample(time: 700, values: [.watts(3)]))
    #expect(
      try batch(["J 1", "J 2", "J 6"]).sample(.joules, span: 600) == MeterSample(time: 900, values: [.count(6_000_000)])
    )
    #expect(try batch(["W 1"]).sample(.watts) == MeterSample(time: 1000, values: [.watts(1)]))
    #expect(try batch(["W 1", "J 2"]).sample(.watts) == nil)
    #expect(try batch(["W 1"]).sample(.joules) == nil)
  }

  @Test("What came before a reading is told apart from what came during it")
  func hadCome() throws {
    let source = try LineSource()
    let clock = TestClock()
    open(source, clock, "J 10", "J 20")
    let reader = try #require(try meter(source.command, clock).open() as? ExecStreamReader)
    _ = try reader.read()
    let seen = clock.now
    for line in ["J 30", "J 40"] { source.print(line) }
    // In the pipe, which nobody reads yet.
    let pipe = try #require(reader.run.process?.command.output)
    #expect(
      eventually {
        var bytes: CInt = 0
        return ioctl(pipe, UInt(FIONREAD), &bytes) == 0 && bytes == 10
      })
    clock.pass(4)
    #expect(try reader.read() == [MeterSample(time: seen + 3_000_000_000, values: [.count(40_000_000)])])
  }

  @Test("A command that ends after a line is run again for every reading")
  func once() throws {
    let system = try FakeSystem(["/watts": "50\n"])
    let clock = TestClock()
    let reader = try meter("cat '\(system.root)/watts'", clock).open()
    #expect(reader.traits.period ?? 0 >= 1)
    #expect(try reader.read().map(\.values) == [[.watts(50)]])
    for watts in ["60", "70.5"] {
      try system.write("/watts", watts + "\n")
      clock.pass(1)
      #expect(try reader.read() == [MeterSample(time: clock.now, values: [.watts(Double(watts) ?? 0)])])
    }
    // Each run can fail by itself.
    try system.write("/watts", "oh\n")
    #expect(throws: MeterFault.self) { try reader.read() }
    try system.remove("/watts")
    #expect(throws: MeterFault.self) { try reader.read() }
    try system.write("/watts", "80\n90\n")
    #expect(throws: MeterFault.self) { try reader.read() }
    try system.write("/watts", "80\n")
    #expect(try reader.read().map(\.values) == [[.watts(80)]])
  }

  @Test(
    "A command that prints more than anybody can read is ended",
    arguments: ["exec yes 5", "exec tr '\\0' '\\n' < /dev/zero"])
  func flood(command: String) throws {
    var reason = ""
    do throws(MeterFault) {
      let reader = try meter(command).open()
      for _ in 0..<100_000 { _ = try reader.read() }
    } catch {
      reason = error.reason
    }
    #expect(reason.contains("prints more than 65536 bytes between two readings"), "\(reason)")
  }

  @Test("A command that ends while it is read, or falls silent, is a fault that stays")
  func loss() throws {
    let system = try FakeSystem()
    let go = system.root + "/go"
    let reader = try meter(
      "echo 5; echo 6; until [ -e '\(go)' ]; do sleep 0.01; done; echo 7; exit 4", TestClock(), Self.brief
    ).open()
    #expect(try reader.read().count == 2)
    #expect(try reader.read().isEmpty)
    #expect(
      eventually {
        do throws(MeterFault) { _ = try reader.read() } catch {
          return error.reason.contains("printed nothing for more than 2 s")
        }
        return false
      })
    try system.write("/go", "")
    var samples: [MeterSample] = []
    #expect(
      eventually {
        do throws(MeterFault) { samples += try reader.read() } catch {
          return error.reason.contains("exit code 4 after 3 readings")
        }
        return false
      })
    #expect(samples.map(\.values) == [[.watts(7)]])
    #expect(throws: MeterFault.self) { try reader.read() }
  }

  @Test("A recorded power curve gives its joules within the stated uncertainty", arguments: [ToldUnit.watts, .joules])
  func curve(unit: ToldUnit) throws {
    @Sendable func line(_ time: Double) -> String {
      unit == .watts ? "W \(ToldCurve.watts(time))" : "J \(1000 + ToldCurve.joules(time))"
    }
    let source = try LineSource()
    let clock = TestClock()
    open(source, clock, line(0), line(1))
    let rig = MeterRig(meter(source.command, clock), period: 1)
    for second in 2...60 {
      rig.step(1) { clock.atNextLook(1) { source.print(line(Double(second))) } }
    }
    for begin in ToldCurve.begins {
      func moment(_ time: Double) -> Int64 { 1_000_000_000 + Int64((time * 1e9).rounded()) }
      let energy = try #require(rig.energy(from: moment(begin), to: moment(begin + 20)).measured)
      let truth = ToldCurve.joules(begin + 20) - ToldCurve.joules(begin)
      #expect(energy.source == "exec")
      #expect(abs(energy.joules - truth) <= energy.uncertaintyJoules, "\(begin): \(energy.joules), not \(truth)")
      #expect(energy.uncertaintyJoules < 0.1 * truth, "\(begin): \(energy.uncertaintyJoules) of \(truth)")
    }
    #expect(rig.events.isEmpty)
  }

  @Test("Nothing that a command started outlives its reader, however it hides")
  func noneLeft() throws {
    let system = try FakeSystem()
    let pids = system.root + "/pids"
    // A child in the background without an output, one that ignores being asked, and a pipe.
    let command = """
      sleep 1000 >/dev/null 2>&1 & echo $! >> '\(pids)'; sh -c 'trap "" TERM; echo $$ >> '\(pids)'; sleep 1000' >/dev/null &
      echo $$ >> '\(pids)'; while :; do echo 5; sleep 0.05; done | cat
      """
    var reader: (any MeterReader)? = try meter(command).open()
    #expect(try reader?.read().isEmpty == false)
    func started() -> [Int32] {
      (TextFile(root: system.root).optionalText("/pids") ?? "").split(separator: "\n").compactMap { Int32($0) }
    }
    #expect(eventually { started().count == 3 })
    #expect(started().allSatisfy(isAlive))
    reader = nil
    #expect(eventually { !started().contains(where: isAlive) })
  }
}
