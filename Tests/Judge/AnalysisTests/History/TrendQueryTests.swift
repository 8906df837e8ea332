import Store
import Testing

@testable import Analysis

private typealias History = HistorySample

@Suite struct TrendQueryTests {
  private static let records =
    [1, 2, 3].map { History.stored($0, value: Double($0)) }
    + [4, 5].map { History.stored($0, machine: History.slow, value: Double($0)) }
    + [
      History.stored(
        6, value: 6, suite: "nightly", label: "v2", cells: [History.cell, "resnet50/int8/native/t1/b1/Offline"])
    ]

  private static func values(_ query: TrendQuery, _ store: HistoryStore) throws -> [Double] {
    try query.answer(from: store).points.map(\.value)
  }

  @Test func machinesAreNeverJoined() throws {
    try History.withStore(Self.records) { (store) throws in
      var query = TrendQuery(cell: History.cell, metric: .throughput)
      let trend = try query.answer(from: store)
      #expect(trend.points.map(\.value) == [1, 2, 3, 6] && trend.machine == History.fast)
      #expect(trend.leftOut.machines == [HistoryStore.MachineCount(machine: History.slow, records: 2)])
      query.filter.machine = "aabb"
      let other = try query.answer(from: store)
      #expect(other.points.map(\.value) == [4, 5] && other.machine == History.slow)
      #expect(other.leftOut.machines == [HistoryStore.MachineCount(machine: History.fast, records: 4)])
    }
  }

  @Test func olderRecordsAreCounted() throws {
    try History.withStore(Self.records) { (store) throws in
      let trend = try TrendQuery(cell: History.cell, metric: .throughput, limit: 3).answer(from: store)
      #expect(trend.points.map(\.value) == [2, 3, 6] && trend.leftOut.older == 1)
    }
  }

  @Test func filtersChooseRecords() throws {
    try History.withStore(Self.records) { (store) throws in
      var query = TrendQuery(cell: History.cell, metric: .throughput, filter: RecordFilter(suite: "quick"))
      // The newest of these is of the other machine.
      #expect(try Self.values(query, store) == [4, 5])
      query.filter = RecordFilter(cell: "is not looked at", until: 3 * 86_400)
      #expect(try Self.values(query, store) == [1, 2, 3])
      query.filter = RecordFilter(label: "v2")
      #expect(try Self.values(query, store) == [6])
    }
  }

  @Test func aPatternOfOneCellIsEnough() throws {
    try History.withStore(Self.records) { (store) throws in
      #expect(try Self.values(TrendQuery(cell: "*/int8/*", metric: .throughput), store) == [6])
      let none = try TrendQuery(cell: "*/int8/*", metric: .latency).answer(from: store)
      #expect(none.points.isEmpty && none.leftOut.missing.map(\.records) == [1])
    }
  }

  /// What has no value of the metric is not meant.
  @Test func aPatternMeansCellsWithTheMetric() throws {
    let records = [
      History.stored(1, value: 7, cells: ["m/int8/SingleStream"], metric: .latency),
      History.stored(2, value: 1, cells: ["m/int8/fidelity"], metric: .accuracy),
    ]
    try History.withStore(records) { (store) throws in
      #expect(try Self.values(TrendQuery(cell: "m/int8/*", metric: .latency), store) == [7])
      #expect(try Self.values(TrendQuery(cell: "m/int8/*", metric: .accuracy), store) == [1])
      let error = History.fault { _ = try TrendQuery(cell: "m/int8/*", metric: .memory).answer(from: store) }
      #expect(error?.description == "--cell m/int8/* means m/int8/SingleStream, m/int8/fidelity; name one.")
    }
  }

  /// `[` begins a class in patterns.
  @Test func anIDIsNoPattern() throws {
    let ids = ["m[1]/fp32", "m1/fp32"]
    try History.withStore([History.stored(1, value: 1, cells: ids), History.stored(2, value: 2, cells: [ids[0]])]) {
      (store) throws in
      #expect(try Self.values(TrendQuery(cell: ids[0], metric: .throughput), store) == [1, 2])
    }
  }

  @Test func whatIsMeantMustBeClear() throws {
    try History.withStore(Self.records) { (store) throws in
      func fault(_ cell: String, machine: String? = nil, suite: String? = nil) -> HistoryError? {
        History.fault {
          _ = try TrendQuery(cell: cell, metric: .throughput, filter: RecordFilter(suite: suite, machine: machine))
            .answer(from: store)
        }
      }
      let several = fault("resnet50/*")
      #expect(several?.exitCode == 64)
      #expect(
        several?.description == "--cell resnet50/* means \(History.cell), resnet50/int8/native/t1/b1/Offline; name one."
      )
      let unknown = fault("resnet50/bf16/x")
      #expect(unknown?.exitCode == 66)
      #expect(
        unknown?.description.hasSuffix(
          "no record has a cell resnet50/bf16/x, but \(History.cell), resnet50/int8/native/t1/b1/Offline.") == true)
      #expect(fault("bert")?.description.hasSuffix("no record has a cell bert.") == true)
      let machines = fault(History.cell, machine: "aa")
      #expect(machines?.exitCode == 64 && machines?.description.hasSuffix("; give more of the key.") == true)
      let noMachine = fault(History.cell, machine: "ff")
      #expect(noMachine?.exitCode == 66)
      #expect(
        noMachine?.description.contains(
          "is of a machine ff; there is \(History.fast.key) (Example CPU 9000, 2 cores), \(History.slow.key)") == true)
      #expect(fault(History.cell, suite: "other")?.exitCode == 66)
    }
  }

  @Test func manyCellsAreNotAllListed() throws {
    try History.withStore([History.stored(1, cells: (1...9).map { "m/\($0)" })]) { (store) throws in
      let error = History.fault { _ = try TrendQuery(cell: "m/*", metric: .throughput).answer(from: store) }
      #expect(error?.description == "--cell m/* means m/1, m/2, m/3, m/4, m/5 and 4 more; name one.")
    }
  }

  @Test(
    arguments: [
      ("12", RecordChoice.number(12)), ("#7", .number(7)), ("sha256:ABCDEF01", .digest("abcdef01")),
      ("sha256:abcdef0", nil),
      ("sha256:abcdefgh", nil), ("-1", nil), ("", nil), ("#", nil), ("1.5", nil), ("99999999999999999999", nil),
      ("x.json", nil),
    ] as [(String, RecordChoice?)])
  func recordsHaveNames(text: String, choice: RecordChoice?) { #expect(RecordChoice(text) == choice) }

  @Test func namesMeanRecordsOfTheHistory() throws {
    try History.withStore(Self.records) { (store) throws in
      #expect(try RecordChoice.numbers(["2", "sha256:00000003e", "#2", "1"], in: store) == [2, 3, 1])
      let unclear = History.fault { _ = try RecordChoice.numbers(["sha256:00000000"], in: store) }
      #expect(unclear?.exitCode == 66)
      for name in ["9", "sha256:deadbeef"] {
        let error = History.fault { _ = try RecordChoice.numbers([name], in: store) }
        #expect(error?.exitCode == 66 && error?.description.contains("there is no record \(name)") == true)
      }
      #expect(History.fault { _ = try RecordChoice.numbers(["x.json"], in: store) }?.exitCode == 64)
    }
  }

  @Test func aDigestOfSeveralIsNotGuessed() throws {
    let twins = ["0", "1"].map { end in
      StoredRecord(
        digest: "abcdef00" + end, path: "", created: 0, createdAt: "", addedAt: "", suite: "", tool: "", status: "",
        machine: History.fast, cells: [])
    }
    try History.withStore(twins) { (store) throws in
      let error = History.fault { _ = try RecordChoice.numbers(["sha256:abcdef00"], in: store) }
      #expect(
        error?.exitCode == 64 && error?.description == "sha256:abcdef00 means records 1, 2; give more of the digest.")
      let numbers = try RecordChoice.numbers(["sha256:abcdef001"], in: store)
      #expect(numbers == [2])
    }
  }

  @Test func aListingTellsOfEachRecord() throws {
    try History.withStore(Self.records) { (store) throws in
      let listing = try RecordListing(store, RecordFilter(suite: "quick"), limit: 2)
      #expect(listing.total == 5 && listing.records.map(\.number) == [5, 4] && listing.store == store.path)
      #expect(listing.records[0].sha256 == History.stored(5).digest && listing.records[0].machine == History.slow)
      #expect(try RecordListing(store, RecordFilter(), limit: nil).records.count == 6)
    }
  }
}
