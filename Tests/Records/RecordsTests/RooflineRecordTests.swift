import Foundation
import HostState
import NumericFormats
import Testing

@testable import Records

@Suite struct RooflineRecordTests {
  private static func figure(_ value: Double) -> RepeatedFigure {
    RepeatedFigure(best: value, median: value * 0.9, worstDecile: value * 0.5, repetitions: 100)
  }

  private static let record = RooflineRecord(
    tool: Examples.record().tool, createdAt: "2026-01-02T03:04:05Z", machine: Examples.record().machine,
    roofline: Roofline(
      method: Roofline.Method(secondsPerFigure: 0.15, rounds: 3, hugePages: true), placements: [Placement(pus: [0])],
      clocks: [Roofline.Clock(threads: 1, hertz: figure(3.7e9))],
      peaks: [
        Roofline.Peak(isa: "avx2", instructions: "vfmadd231ps ymm", precision: .fp32, threads: 1, rate: figure(1e11))
      ],
      bandwidths: [
        Roofline.Bandwidth(
          level: "L1", pattern: .read, isNonTemporal: false, isa: "avx2", threads: 1, bytesPerThread: 4096,
          rate: figure(4e11))
      ], latencies: [Roofline.Latency(level: "L1", bytes: 4096, seconds: figure(1e-9))], notes: ["A note."]))

  private func encoded(_ record: RooflineRecord) throws -> [UInt8] { try Array(JSONEncoder().encode(record)) }

  @Test func roundTripKeepsEverything() throws {
    #expect(try RooflineRecord(json: encoded(Self.record), path: "r.json") == Self.record)
  }

  @Test(arguments: [
    "", "[]", "{}", "{\"schemaVersion\":1}", "nonsense",
  ])
  func whatIsNoRooflineIsDamaged(text: String) {
    let error = #expect(throws: RecordError.self) { try RooflineRecord(json: Array(text.utf8), path: "r.json") }
    #expect(error?.kind == .damaged)
    #expect(error?.description.hasPrefix("r.json: ") == true)
  }

  @Test(arguments: [0, 2, Int.max])
  func otherSchemasAreRefused(version: Int) throws {
    var record = Self.record
    record.schemaVersion = version
    let bytes = try encoded(record)
    let error = #expect(throws: RecordError.self) { try RooflineRecord(json: bytes, path: "r.json") }
    #expect(error?.kind == .newer)
  }

  /// Each change makes a figure impossible.
  @Test(
    arguments: [
      { $0.peaks[0].rate.best = 0 }, { $0.peaks[0].rate.median = -1 }, { $0.clocks[0].hertz.repetitions = 0 },
      { $0.bandwidths[0].bytesPerThread = 0 }, { $0.latencies[0].bytes = -4 }, { $0.peaks[0].threads = 2 },
      { $0.placements = [] }, { $0.placements = [Placement(pus: [])] },
      // Finite, and yet products and quotients of them would not be.
      { $0.peaks[0].rate.best = 1e308 }, { $0.bandwidths[0].rate.median = 1e-308 }, { $0.clocks[0].hertz.best = 1e300 },
      { $0.latencies[0].seconds.worstDecile = 1e30 }, { $0.bandwidths[0].bytesPerThread = .max },
      { $0.latencies[0].bytes = .max }, { $0.method.secondsPerFigure = -1 }, { $0.method.rounds = .min },
      { $0.bandwidths[0].level = "" }, { $0.peaks[0].instructions = String(repeating: "x", count: 65) },
      { $0.peaks.append($0.peaks[0]) }, { $0.bandwidths.append($0.bandwidths[0]) },
      { roofline in
        let one = roofline.bandwidths[0]
        roofline.bandwidths = (1...17).map { number in
          var level = one
          level.level = "L\(number)"
          return level
        }
      },
      { $0.notes = [String](repeating: "", count: 4097) },
    ] as [@Sendable (inout Roofline) -> Void])
  func impossibleFiguresAreDamaged(change: @Sendable (inout Roofline) -> Void) throws {
    var record = Self.record
    #expect(record.roofline.problem == nil)
    change(&record.roofline)
    #expect(record.roofline.problem != nil)
    let bytes = try encoded(record)
    let error = #expect(throws: RecordError.self) { try RooflineRecord(json: bytes, path: "r.json") }
    #expect(error?.kind == .damaged)
  }

  /// The reports print them whole.
  @Test(
    arguments: [
      { $0.cpuModel = String(repeating: "x", count: 1025) }, { $0.kernel = String(repeating: "x", count: 1025) },
      { $0.hypervisor = String(repeating: "x", count: 1025) }, { $0.isa = [String(repeating: "x", count: 1025)] },
      { $0.isa = [String](repeating: "x", count: 257) },
    ] as [@Sendable (inout MachineFingerprint) -> Void])
  func anEndlessMachineIsDamaged(change: @Sendable (inout MachineFingerprint) -> Void) throws {
    var record = Self.record
    change(&record.machine)
    let bytes = try encoded(record)
    let error = #expect(throws: RecordError.self) { try RooflineRecord(json: bytes, path: "r.json") }
    #expect(error?.kind == .damaged)
  }

  @Test func spreadIsTheMediansDistanceFromTheBest() {
    #expect(abs(Self.figure(100).spread - 0.1) < 1e-12)
    let time = RepeatedFigure(best: 8, median: 10, worstDecile: 20, repetitions: 3)
    #expect(abs(time.spread - 0.2) < 1e-12)
  }
}
