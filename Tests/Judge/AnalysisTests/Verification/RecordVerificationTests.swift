import Energy
import Foundation
import HostState
import Records
import Testing
import Topology

@testable import Analysis

/// An edit of a record that leaves every figure possible, and what must find it out.
private struct Edit: Sendable {
  let name: String
  let from: String
  let subject: RecordCheck.Subject
  let fault: String
  let edit: @Sendable (inout Record) -> Void

  init(
    _ name: String, of from: String, _ subject: RecordCheck.Subject, _ fault: String,
    edit: @escaping @Sendable (inout Record) -> Void
  ) {
    self.name = name
    self.from = from
    self.subject = subject
    self.fault = fault
    self.edit = edit
  }
}

private let edits: [Edit] = [
  Edit("latencies beyond the window", of: "measured", .windows, "its latencies make 1999999998 ns") {
    $0.cells[0].rounds[0].performance?.latencies = [999_999_999, 999_999_999]
  },
  Edit("latencies that were shortened", of: "measured", .windows, "and its window is 1000000000 ns") {
    $0.cells[0].rounds[0].performance?.latencies = [100_000_000, 200_000_000, 300_000_000]
  },
  Edit("another CPU in one of two lists", of: "placements", .placements, "not those that the threads saw") {
    $0.cells[0].rounds[0].performance?.observedCPUs[0] = [7]
  },
  Edit("more queries than there were", of: "placements", .placements, "more queries than there were") {
    $0.cells[0].rounds[0].performance?.placement?.threads[0].cpus[0].queries = 1_000_000
  },
  Edit("energy that no meter told", of: "hybrid", .energy, "not what the first of its meters told") {
    $0.cells[0].rounds[0].performance?.energy = .modelled(ModelledEnergy(model: "x", joules: 1, lower: 1, upper: 1))
  },
  Edit("energy that is kept back", of: "hybrid", .energy, "not what the first of its meters told") {
    $0.cells[0].rounds[0].performance?.energy = .unavailable(reason: "No meter.")
  },
  Edit("half a decision", of: "fidelity", .fidelity, "is no whole number of them") {
    $0.cells[0].rounds[0].fidelity?.top1Agreement = 0.99
  },
  Edit("fewer in the first five", of: "fidelity", .fidelity, "fewer decisions are among the first five") {
    $0.cells[0].rounds[0].fidelity?.top5Agreement = 0.5
  },
  Edit("another quota", of: "measured", .machine, "quota") { $0.machine.quotaCPUs = 64 },
  Edit("another number of cores", of: "measured", .machine, "has 64 cores") { $0.machine.cores = 64 },
  Edit("other PUs", of: "measured", .machine, "PUs") { $0.machine.allowedPUs = [0, 1] },
  Edit("ranges out of nowhere", of: "given ranges", .references, "takes its ranges from") {
    $0.spec.calibrations = nil
  },
  Edit("an assignment out of nowhere", of: "given ranges", .references, "follows the assignment") {
    $0.spec.assignments = nil
  },
  Edit("a canary too late", of: "sweep", .sweep, "a canary ran after") { record in
    guard var sweep = record.sweep, let place = sweep.events.firstIndex(where: { $0.canary != nil }) else { return }
    sweep.events[place].canary?.at += 5
    record.sweep = sweep
  },
  Edit("a visit to no cell", of: "sweep", .sweep, "was visited and is not there") { record in
    guard let place = record.sweep?.events.firstIndex(where: { $0.visit != nil }) else { return }
    record.sweep?.events[place].visit?.cell = "none"
  },
  Edit("a round that no visit made", of: "sweep", .sweep, "its visits made") { record in
    guard let place = record.sweep?.events.firstIndex(where: { $0.visit != nil }) else { return }
    record.sweep?.events[place].visit?.rounds += 1
  },
  Edit("a round that no visit told of", of: "sweep", .sweep, "its visits made") { record in
    record.status = .complete
    guard let place = record.sweep?.events.lastIndex(where: { $0.visit != nil }) else { return }
    record.sweep?.events[place].visit?.rounds -= 1
  },
  Edit("a visit that begins later", of: "sweep", .sweep, "goes on with round") { record in
    guard let place = record.sweep?.events.firstIndex(where: { $0.visit != nil }) else { return }
    record.sweep?.events[place].visit?.firstRound = 9
  },
  Edit("a visit of longer parts", of: "sweep", .sweep, "take longer than the visit") { record in
    guard let place = record.sweep?.events.firstIndex(where: { $0.visit != nil }) else { return }
    record.sweep?.events[place].visit?.warming = 1e6
  },
  Edit("a best that is worse", of: "nodes", .roofline, "the peak of") { $0.roofline?.peaks[0].rate.best = 1 },
  Edit("a time that is worse", of: "nodes", .roofline, "the latency of") { $0.roofline?.latencies[0].seconds.best = 1 },
  Edit("a bandwidth that is worse", of: "nodes", .roofline, "the bandwidth of") {
    $0.roofline?.bandwidths[0].rate.best = 1
  },
]

extension Record {
  /// With latencies that fill their windows, as those of SingleStream do.
  fileprivate var filled: Record {
    var record = self
    for cell in record.cells.indices where record.cells[cell].cell.measurement == .performance(.singleStream) {
      for round in record.cells[cell].rounds.indices {
        record.cells[cell].rounds[round].performance?.fill()
        for peer in (record.cells[cell].rounds[round].peers ?? []).indices {
          record.cells[cell].rounds[round].peers?[peer].performance.fill()
        }
      }
    }
    return record
  }
}

extension Round.Performance {
  fileprivate mutating func fill() {
    let share = Double(duration) / Double(max(1, latencies.reduce(0, +)))
    latencies = latencies.map { Int64(Double($0) * share * 0.999) }
  }
}

@Suite struct RecordVerificationTests {
  /// Samples whose fingerprints are of the topology beside them, as those of runs are.
  private static let samples = RecordSchemaTests.valid.map { name, sample in
    var record = sample
    record.machine.allowedPUs = record.topology.allowedPUs
    record.machine.cores = record.topology.cores.count
    record.machine.quotaCPUs = record.topology.quota?.cpus
    return (name: name, record: record.filled)
  }

  private static func sample(_ name: String) throws -> Record {
    try #require(samples.first { $0.name == name }).record
  }

  private static func verify(
    _ record: Record, published: PublishedFigures? = nil, requiresSeal: Bool = false
  ) throws -> RecordVerification {
    let reading = try RecordReading(json: record.encoded())
    return RecordVerification(reading, published: published, requiresSeal: requiresSeal) { _, _ in "" }
  }

  /// Nothing is found in records of any shape that runs write.
  @Test func soundRecordsAreSound() throws {
    for (name, record) in Self.samples {
      let verification = try Self.verify(record)
      #expect(verification.isSound, "\(name): \(verification.checks.flatMap(\.faults))")
      #expect(verification.checks.allSatisfy { $0.outcome == .passed }, "\(name)")
      #expect(verification.checks.map(\.subject).contains(.summary))
    }
  }

  /// Every check is made of some sample: one that never is would pass whatever it did.
  @Test func everyCheckIsMade() throws {
    let subjects = try Self.samples.flatMap { try Self.verify($0.record).checks.map(\.subject) }
    #expect(Set(subjects).symmetricDifference(RecordCheck.Subject.allCases) == [.published])
  }

  /// Also where somebody sealed the record anew.
  @Test(arguments: edits) private func whatContradictsRawSamplesIsFoundOut(edit: Edit) throws {
    var record = try Self.sample(edit.from)
    edit.edit(&record)
    let failed = try Self.verify(record).checks.filter { $0.outcome == .failed }
    #expect(failed.map(\.subject) == [edit.subject], "\(edit.name): \(failed)")
    #expect(failed.first?.faults.contains { $0.contains(edit.fault) } == true, "\(edit.name): \(failed)")
  }

  /// Time goes by in visits, canaries and pauses alike.
  @Test func canariesCountWhatWentBefore() throws {
    var record = try Self.sample("sweep")
    for pause in [nil, 7.0] {
      if let pause { record.sweep?.events.append(.pause(pause)) }
      for _ in 0..<2 {
        let at = try #require(record.sweep).time.total
        record.sweep?.events.append(.canary(.init(at: at, seconds: 0.5, multiplyAdds: 1, bytes: 1)))
      }
      let verification = try Self.verify(record)
      #expect(verification.isSound, "\(verification.checks.flatMap(\.faults))")
    }
  }

  @Test func aRecordWithoutASealIsUnknownUnlessOneIsRequired() throws {
    let record = try Self.sample("measured")
    let bare = try JSONEncoder().encode(record)
    for (isRequired, outcome) in [(false, RecordCheck.Outcome.unknown), (true, .failed)] {
      let verification = RecordVerification(
        try RecordReading(json: [UInt8](bare)), requiresSeal: isRequired
      ) { _, _ in "" }
      let seal = try #require(verification.checks.first { $0.subject == .seal })
      #expect(seal.outcome == outcome)
      #expect(verification.isSound == !isRequired)
    }
  }

  @Test func anEditedRecordNamesWhatWasEditedAndIsStillRecomputed() throws {
    let record = try Self.sample("measured")
    let text = String(decoding: try record.encoded(), as: UTF8.self)
    let edited = text.replacing("\"latencies\":[166500000,", with: "\"latencies\":[166500001,")
    #expect(edited != text)
    let verification = RecordVerification(try RecordReading(json: Array(edited.utf8))) { _, _ in "" }
    let failed = verification.checks.filter { $0.outcome == .failed }
    #expect(failed.map(\.subject) == [.seal])
    #expect(failed.first?.faults == ["round 0 of cell \(record.cells[0].id)"])
    #expect(verification.checks.contains { $0.subject == .summary && $0.outcome == .passed && $0.count > 10 })
  }

  @Test func figuresThatContradictEachOtherAreNotRecomputed() throws {
    let record = try Self.sample("measured")
    let text = String(decoding: try record.encoded(), as: UTF8.self)
    let edited = text.replacing("\"duration\":1000000000", with: "\"duration\":0")
    #expect(edited != text)
    let published = try PublishedFigures(Array("{\"cells\":[]}".utf8), path: "p")
    let verification = RecordVerification(
      try RecordReading(json: Array(edited.utf8)), published: published
    ) { _, _ in "" }
    func outcome(_ subject: RecordCheck.Subject) -> RecordCheck.Outcome? {
      verification.checks.first { $0.subject == subject }?.outcome
    }
    #expect(outcome(.seal) == .failed && outcome(.figures) == .failed)
    #expect(outcome(.summary) == .unknown && outcome(.published) == .unknown && outcome(.windows) == nil)
  }

  @Test func filesThatAreNoRecordsAreOneSentenceEach() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "verify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try Sample.record([Sample.result(rounds: [Sample.round()])]).filled.encoded()
    let files: [(name: String, bytes: [UInt8]?, code: Int32, part: String)] = [
      ("none", nil, 66, "cannot be opened"), ("empty", [], 65, "the file is empty"),
      ("cut", Array(whole.prefix(whole.count / 2)), 65, "not a whole JSON document"),
      ("newer", Array("{\"schemaVersion\":9}".utf8), 65, "written by a newer Assay (schema 9)"),
      ("list", Array("[1,2]".utf8), 65, "not a JSON object"), ("sound", whole, 0, ""),
    ]
    let verified = try files.map { file in
      let url = folder.appending(path: file.name)
      if let bytes = file.bytes { try Data(bytes).write(to: url) }
      return VerifiedRecord(path: url.path) { _, _ in "" }
    }
    for (file, result) in zip(files, verified) {
      #expect(result.exitCode == file.code, "\(file.name)")
      #expect(result.isSound == (file.code == 0) && (result.error == nil) == (file.code == 0))
      #expect(file.part.isEmpty || (result.error ?? "").contains(file.part))
      #expect(!(result.error ?? "").contains("\n"))
    }
    #expect(VerifiedRecord.exitCode(of: verified) == 65)
    #expect(VerifiedRecord.exitCode(of: [verified[0], verified[5]]) == 66)
    #expect(VerifiedRecord.exitCode(of: [verified[5]]) == 0)
  }
}
