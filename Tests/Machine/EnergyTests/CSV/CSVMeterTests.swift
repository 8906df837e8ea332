import Foundation
import MachineTestSupport
import Testing

@testable import Energy

/// A file that a test appends rows to, by a wall clock that moves with the test's.
private final class Table {
  static let path = "/log/power.csv"
  /// What the wall clock is ahead of the test's, seconds: the beginning of 2026, more or less.
  static let epoch = 1_767_225_600

  let system: FakeSystem
  let clock = TestClock()
  /// What the wall clock was set forward, seconds.
  let set = TestClock()
  var rig: MeterRig?

  init(_ header: String = "time,watts\n") throws { system = try FakeSystem([Self.path: header]) }

  var path: String { system.root + Self.path }

  /// Nanoseconds of the wall clock.
  var wall: Int64 { clock.now + (set.now - 1_000_000_000) + Int64(Self.epoch) * 1_000_000_000 }

  /// The time as a row says it.
  var time: String { Self.text(wall) }

  static func text(_ wall: Int64) -> String {
    let fraction = String(wall % 1_000_000_000)
    return "\(wall / 1_000_000_000).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)"
  }

  func append(_ text: String) {
    let bytes = Array(text.utf8)
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    _ = write(file, bytes, bytes.count)
    close(file)
  }

  /// Appends a row of now.
  func row(_ value: Double) { append("\(time),\(value)\n") }

  func meter(patience: Double = 0) -> CSVMeter {
    let (clock, set) = (clock, set)
    return CSVMeter(
      file: path,
      mapping: WallMapping(
        wall: { clock.now + (set.now - 1_000_000_000) + Int64(Self.epoch) * 1_000_000_000 }, monitor: { clock.now }),
      patience: patience)
  }

  /// Two rows, a second apart, and a meter that has read them.
  func begin(_ first: Double = 60, _ second: Double = 60) {
    row(first)
    clock.pass(1)
    row(second)
    rig = MeterRig(meter(), period: 1)
  }

  /// A second passes, something is written, and the meter is read.
  func step(_ write: () throws -> Void) rethrows {
    clock.pass(1)
    try rig?.step(1) { try write() }
  }
}

/// A file that is no meter, and the words that must be said about it.
private struct BadTable: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let content: String
  let says: [String]

  init(_ description: String, _ content: String, says: [String]) {
    testDescription = description
    self.content = content
    self.says = says
  }

  static let all: [BadTable] = [
    .init("empty", "", says: ["no first line yet", "time", "watts"]),
    .init("half a header", "time,wat", says: ["no first line yet"]),
    .init("no header", "1767225600,5\n", says: ["\"1767225600,5\"", "column time"]),
    .init("no time", "date,watts\n", says: ["\"date,watts\""]),
    .init("no power", "time,volts\n", says: ["\"time,volts\""]),
    .init("watts twice", "time,watts,Watts\n", says: ["\"time,watts,Watts\""]),
    .init("joules twice", "time,joules,watts,joules\n", says: ["one column watts or joules"]),
    .init("semicolons", "time;watts\n", says: ["\"time;watts\"", "commas"]),
    .init("control characters", "time\u{1b}[31m,watts\u{7}x\n", says: ["\"time[31m,wattsx\""]),
    .init("a header without end", String(repeating: "x,", count: 3000), says: ["first line", "4096 bytes"]),
    .init("no rows", "time,watts\n", says: ["fewer than two rows", "has to run"]),
    .init("one row", "time,watts\n1767225601,5\n", says: ["fewer than two rows"]),
    .init("garbage", "time,watts\n1767225600,5\n1767225601,oops\n", says: ["\"1767225601,oops\"", "number of watts"]),
    .init("negative", "time,watts\n1767225600,5\n1767225601,-5\n", says: ["\"1767225601,-5\""]),
    .init("too few columns", "time,watts\n1767225600,5\n1767225601\n", says: ["\"1767225601\""]),
    .init("no zone", "time,watts\n2026-01-01T00:00:00,5\n2026-01-01T00:00:01,5\n", says: ["no time with a number"]),
    .init("long ago", "time,watts\n1,5\n2,5\n", says: ["s old", "has to run", "UTC"]),
    .init("a zone ahead", "time,watts\n1767229200,5\n1767229201,5\n", says: ["3600 s ahead", "UTC"]),
  ]
}

@Suite("CSVMeter")
struct CSVMeterTests {
  @Test("A file that is no meter gives one clear reason", arguments: BadTable.all)
  private func bad(table: BadTable) throws {
    let file = try Table(table.content)
    let text = file.meter().availability().text
    for words in table.says + ["power.csv"] { #expect(text.contains(words), "\(text)") }
    #expect(text.utf8.count < 400 && text.hasSuffix("."))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 })
  }

  @Test("What is no file that grows is named, and never waited for")
  func notAFile() throws {
    let file = try Table()
    #expect(CSVMeter(file: "").availability().text.contains("csv:FILE"))
    #expect(
      CSVMeter(file: file.system.root + "/none.csv").availability().text.contains(
        "none.csv cannot be opened (No such file"))
    #expect(CSVMeter(file: file.system.root + "/log").availability().text.contains("no file that grows"))
    mkfifo(file.system.root + "/pipe", 0o600)
    #expect(CSVMeter(file: file.system.root + "/pipe").availability().text.contains("`exec:cat FILE`"))
    #expect(CSVMeter(file: "/dev/zero").availability().text.contains("no file that grows"))
  }

  @Test("A file that this user may not read says so", .enabled(if: geteuid() != 0, "root may read everything"))
  func permission() throws {
    let file = try Table()
    chmod(file.path, 0)
    #expect(file.meter().availability().text.contains("Permission denied); let this user read it"))
  }

  @Test("Columns stand in any order among others, and counts go before powers")
  func columns() throws {
    let columns = try #require(CSVColumns(header: "\u{FEFF}host, Joules ,\"volts, rms\",TIME,watts"))
    let row = try #require(columns.row("\"a,b\",\" 5.25\" ,230,1767225600.5,99"))
    #expect(columns.unit == .joules)
    #expect(row.time == 1_767_225_600_500_000_000 && row.value == .count(5_250_000) && row.step == 0.01)
    #expect(row.moment.step == 0.1)
    #expect(columns.row("a,5.25,230") == nil && columns.row("") == nil)
  }

  @Test(
    "Moments are read in seconds or in ISO 8601",
    arguments: [
      ("0", 0, 1), ("1767225600", 1_767_225_600_000_000_000, 1), ("1.25", 1_250_000_000, 0.01),
      ("1970-01-01T00:00:00Z", 0, 1), ("2000-02-29T12:00:00.5Z", 951_825_600_500_000_000, 0.1),
      ("2026-01-01T00:00:00Z", 1_767_225_600_000_000_000, 1),
      ("2026-03-01 13:30:00.25+01:00", 1_772_368_200_250_000_000, 0.01),
      ("2026-03-01T07:30:00-0500", 1_772_368_200_000_000_000, 1),
      ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000, 1),
      ("2024-12-31T23:59:60Z", 1_735_689_600_000_000_000, 1),
      ("2026-01-01T00:00:00.1234567891Z", 1_767_225_600_123_456_789, 1e-10),
    ] as [(String, Int64, Double)])
  func moments(text: String, nanoseconds: Int64, step: Double) throws {
    let moment = try #require(WallTime(text))
    #expect(moment.nanoseconds == nanoseconds)
    #expect(abs(moment.step / step - 1) < 1e-9)
  }

  @Test(
    "What is no moment is none",
    arguments: [
      "", "-1", "1e10", "99999999999999999999", "nan", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z",
      "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+1",
      "1969-12-31T23:59:59Z",
      "1970-01-01T00:00:00+01:00", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00.111111111111111111111111111111111Z",
      "٢٠٢٦",
    ])
  func noMoment(text: String) { #expect(WallTime(text) == nil) }

  @Test("Rows are read as they come, at their own moments, whole or in pieces")
  func growth() throws {
    let file = try Table("time,rack,watts\n")
    for value in 1...3 {
      file.append("\(file.time),7,\(value).5\n")
      file.clock.pass(0.5)
    }
    let reader = try file.meter().open()
    #expect(reader.traits.channels == [.init("power.csv", .power, resolution: 0.1)])
    #expect(
      abs(reader.traits.updateInterval - 0.5) < 1e-8 && abs((reader.traits.period ?? 0) - 0.5) < 1e-8
        && reader.traits.scope == .unstated)
    // The last two that were there, by the monitor's clock.
    #expect(
      try reader.read() == [
        MeterSample(time: 1_500_000_000, values: [.watts(2.5)]),
        MeterSample(time: 2_000_000_000, values: [.watts(3.5)]),
      ])
    #expect(try reader.read().isEmpty)
    let first = file.time
    file.append("\(first),7,")
    #expect(try reader.read().isEmpty)
    file.clock.pass(0.25)
    file.append("4\r\n\r\n\(file.time),7,5\n17672")
    file.clock.pass(3)
    #expect(
      try reader.read() == [
        MeterSample(time: 2_500_000_000, values: [.watts(4)]), MeterSample(time: 2_750_000_000, values: [.watts(5)]),
      ])
    // The names once more, the same moment once more, and a row that is nearer than anybody needs.
    file.append("25603.1,7,6\ntime,rack,watts\n1767225603.1,7,7\n1767225603.105,7,8\n")
    #expect(try reader.read() == [MeterSample(time: 3_100_000_000, values: [.watts(6)])])
  }

  @Test("Only the end of a long file is read, and rows without a fraction of a second are that much less exact")
  func longFile() throws {
    let file = try Table("time,joules\n")
    let start = Table.epoch - 20_000
    file.append((0..<20_000).map { "\(start + $0),\($0)\n" }.joined())
    let reader = try file.meter().open()
    #expect(try reader.read().map(\.values) == [[.count(19_998_000_000)], [.count(19_999_000_000)]])
    #expect(reader.traits.updateInterval == 1.5 && reader.traits.period == 1)
    #expect(reader.traits.channels.map(\.resolution) == [1])
  }

  @Test(
    "Sound rows go on after those that are not",
    arguments: ["oops", "1767225602,-3", "1,60", "9999999999,60", "1767225600,5"])
  func garbage(row: String) throws {
    let file = try Table()
    file.begin()
    file.step { file.row(60) }
    let broken = file.clock.now
    file.step { file.append(row + "\n") }
    #expect(file.rig?.events.map(\.kind) == [.fault])
    #expect(file.rig?.events.last?.text.contains("power.csv") == true)
    for _ in 0..<2 { file.step { file.row(60) } }
    #expect(abs((file.rig?.energy(from: broken, to: file.clock.now).measured?.joules ?? 0) - 180) < 1e-6)
  }

  @Test("A row without an end is left out, and does not fill the memory")
  func endless() throws {
    let file = try Table()
    file.begin()
    for _ in 0..<3 { file.step { file.append(String(repeating: "9", count: 3000)) } }
    #expect(file.rig?.events.map(\.kind) == [.fault])
    #expect(file.rig?.events.last?.text.contains("4096 bytes") == true)
    file.step { file.append("\n\(file.time),60\n") }
    #expect(file.rig?.events.map(\.kind) == [.fault, .gap])
  }

  @Test("A file that is replaced, cut off or gone is a fault, and is read on when it is back")
  func rotation() throws {
    let file = try Table()
    file.begin()
    file.step { file.row(60) }
    file.step {
      rename(file.path, file.path + ".1")
      // Longer than the one before.
      file.append("watts,time,\(String(repeating: "x", count: 500))\n60,\(file.time)\n")
    }
    #expect(file.rig?.events.map(\.text.description).last?.contains("replaced or cut off") == true)
    file.step { file.append("60,\(file.time)\n") }
    file.step { file.append("60,\(file.time)\n") }
    #expect(
      abs((file.rig?.energy(from: file.clock.now - 3_000_000_000, to: file.clock.now).measured?.joules ?? 0) - 180)
        < 1e-6)
    file.step {
      truncate(file.path, 0)
      file.append("time,watts\n")
    }
    #expect(file.rig?.events.count == 1)
    for _ in 0..<3 { file.step { file.row(60) } }
    #expect(file.rig?.energy(from: file.clock.now - 4_000_000_000, to: file.clock.now).measured != nil)
    file.step { unlink(file.path) }
    #expect(file.rig?.events.last?.text.contains("has gone (No such file") == true)
    file.step { file.append("time,joules\n\(file.time),60\n") }
    #expect(file.rig?.events.last?.text.contains("does not name the columns time and watts") == true)
  }

  @Test("A file that is cut off and grows past where it was, unseen, gives no row that nobody wrote", arguments: 0..<26)
  func regrown(shift: Int) throws {
    let file = try Table()
    file.begin()
    file.clock.pass(1)
    let rows = (0..<20).map { "\(Table.text(file.wall - 900_000_000 + Int64($0) * 20_000_000)),60.0\n" }.joined()
    try file.system.write(Table.path, String(repeating: "x", count: shift) + "\n" + rows)
    file.rig?.poll()
    for _ in 0..<3 { file.step { file.row(60) } }
    let energy = try #require(file.rig?.energy(from: 1_000_000_000))
    if let measured = energy.measured { #expect(abs(measured.joules / measured.seconds - 60) < 1e-6) }
  }

  @Test("A file that cannot be a meter leaves nothing open")
  func nothingOpen() throws {
    let system = try FakeSystem([
      "/folder/x": "", "/wide.csv": String(repeating: "x", count: 5000), "/none.csv": "a,b\n",
    ])
    mkfifo(system.root + "/pipe", 0o600)
    for file in ["/folder", "/wide.csv", "/none.csv", "/pipe", "/missing"] {
      #expect(throws: MeterFault.self) { try CSVMeter(file: system.root + file).open() }
      #expect(throws: MeterFault.self) { try Credentials.read(.file(system.root + file)) }
    }
    #expect(!openFiles().contains { $0.hasPrefix(system.root) })
  }

  @Test("A wall clock that is set makes the moments unknown, and says so", arguments: [100.0, -100, 0.2])
  func clockSet(seconds: Double) throws {
    let file = try Table()
    file.begin()
    file.step { file.row(60) }
    let before = file.clock.now
    file.step {
      file.set.pass(seconds)
      file.row(60)
    }
    #expect(file.rig?.events.map(\.kind) == [.fault])
    #expect(file.rig?.events.last?.text.contains("wall clock was set") == true)
    #expect(file.rig?.energy(from: before, to: file.clock.now).measured == nil)
    let after = file.clock.now
    for _ in 0..<4 { file.step { file.row(60) } }
    let energy = file.rig?.energy(from: after + 1_000_000_000, to: after + 4_000_000_000).measured
    #expect(abs((energy?.joules ?? 0) - 180) < 1e-6)
  }

  @Test("A wall clock that is adjusted smoothly is followed")
  func clockAdjusted() throws {
    let file = try Table()
    file.begin()
    for _ in 0..<50 {
      file.step {
        file.set.pass(0.0005)
        file.row(60)
      }
    }
    #expect(file.rig?.events.isEmpty == true)
    let energy = file.rig?.energy(from: file.clock.now - 20_000_000_000, to: file.clock.now).measured
    #expect(abs((energy?.joules ?? 0) - 1200) < 1)
  }

  @Test("A file that stops growing is a fault")
  func silence() throws {
    let file = try Table()
    file.begin()
    for _ in 0..<6 { file.step {} }
    #expect(
      file.rig?.events.map(\.text) == ["\(GrowingFile.shown(file.path)) has had no new row for more than 5 s."])
  }

  @Test("Rows that are about to come are waited for")
  func patience() throws {
    let file = try Table()
    let (system, rows) = (file.system, "\(Table.text(file.wall - 500_000_000)),70\n\(file.time),80\n")
    // Not a task: those wait for tests that hold their threads.
    Thread.detachNewThread {
      usleep(100_000)
      try? system.write(Table.path, "time,watts\n" + rows)
    }
    let reader = try file.meter(patience: 30).open()
    #expect(try reader.read().map(\.values) == [[.watts(70)], [.watts(80)]])
  }

  @Test("A recorded power curve gives its joules within the stated uncertainty", arguments: [ToldUnit.watts, .joules])
  func curve(unit: ToldUnit) throws {
    let file = try Table("time,\(unit.rawValue)\n")
    func value(_ time: Double) -> Double { unit == .watts ? ToldCurve.watts(time) : 1000 + ToldCurve.joules(time) }
    let start = file.clock.now
    file.begin(value(0), value(1))
    for second in 2...60 { file.step { file.row(value(Double(second))) } }
    for begin in ToldCurve.begins {
      func moment(_ time: Double) -> Int64 { start + Int64((time * 1e9).rounded()) }
      let energy = try #require(file.rig?.energy(from: moment(begin), to: moment(begin + 20)).measured)
      let truth = ToldCurve.joules(begin + 20) - ToldCurve.joules(begin)
      #expect(energy.source == "csv")
      #expect(abs(energy.joules - truth) <= energy.uncertaintyJoules, "\(begin): \(energy.joules), not \(truth)")
      #expect(energy.uncertaintyJoules < 0.1 * truth, "\(begin): \(energy.uncertaintyJoules) of \(truth)")
    }
    #expect(file.rig?.events.isEmpty == true)
  }
}
