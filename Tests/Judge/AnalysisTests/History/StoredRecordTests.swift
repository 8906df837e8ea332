import HostState
import Records
import Statistics
import Store
import Testing

@testable import Analysis

@Suite struct StoredRecordTests {
  private static func stored(_ record: Record) throws -> StoredRecord {
    try StoredRecord(of: record, digest: "ab", path: "x.json", addedAt: "now", label: "v1")
  }

  private static func figures(_ result: Record.CellResult) throws -> [String: StoredFigure] {
    let cell = try #require(try stored(Sample.record([result])).cells.first)
    #expect(cell.figures.map(\.metric) == Metric.allCases.map(\.rawValue))
    return Dictionary(uniqueKeysWithValues: cell.figures.map { ($0.metric, $0) })
  }

  @Test func whoAndWhenComeFromTheRecord() throws {
    let record = Sample.record([Sample.result(rounds: [Sample.round()])])
    let stored = try Self.stored(record)
    #expect(stored.created == 1_740_830_400 && stored.createdAt == "2025-03-01T12:00:00Z" && stored.addedAt == "now")
    #expect(stored.digest == "ab" && stored.path == "x.json" && stored.label == "v1")
    #expect(stored.suite == "quick" && stored.tool == "0.1.0" && stored.status == "complete")
    #expect(stored.machine == StoredMachine(record.machine))
    #expect(stored.setting == SettingFacts(of: record).text)
    #expect(stored.cells.map(\.id) == [record.cells[0].id] && stored.cells.map(\.workload) == ["resnet50"])
  }

  @Test func figuresAreMediansOverRoundsWithTheirValues() throws {
    let counts = [7, 1, 5, 2, 9, 4]
    let rounds = counts.enumerated().map { index, count in
      Sample.round(index, Sample.performance(latencies: Array(repeating: 10, count: count)))
    }
    let six = try #require(try Self.figures(Sample.result(rounds: rounds))["throughput"])
    // Samples of a second.
    #expect(six.value == 4.5 && six.count == 6 && six.missing == nil)
    // The exact interval of the median of six values goes from the least to the greatest.
    #expect(six.lower == 1 && six.upper == 9)
    #expect(
      six.rounds == counts.enumerated().map { StoredRound(round: $0, process: nil, value: Double($1)) })
    let five = try #require(try Self.figures(Sample.result(rounds: Array(rounds.prefix(5))))["throughput"])
    #expect(five.value == 5 && five.lower == nil && five.upper == nil && five.count == 5)
  }

  /// As ``MetricSeries`` has them: rounds of one process are one witness.
  @Test func roundsOfAProcessCountOnce() throws {
    let rounds = [(0, 10), (0, 30), (1, 6)].enumerated().map { index, entry in
      Sample.round(index, Sample.performance(latencies: Array(repeating: 1, count: entry.1)), process: entry.0)
    }
    let result = Sample.result(rounds: rounds)
    let figure = try #require(try Self.figures(result)["throughput"])
    #expect(figure.count == 2 && figure.value == 13)
    #expect(figure.rounds?.map(\.process) == [0, 0, 1] && figure.rounds?.map(\.value) == [10, 30, 6])
    #expect(MetricSeries(.throughput, of: result).independent == [20, 6])
  }

  @Test func whatIsMissingSaysWhy() throws {
    let figures = try Self.figures(Sample.result(rounds: [Sample.round()]))
    for metric in [Metric.energy, .fidelity, .accuracy] {
      let figure = try #require(figures[metric.rawValue])
      #expect(figure.value == nil && figure.count == 0 && figure.rounds == [])
      #expect(figure.missing?.hasSuffix(".") == true)
    }
    #expect(try #require(figures["memory"]).value == 200_000_000)
  }

  /// The speed of a cell that ran elsewhere is no speed of the cell; how much memory it took, it took.
  @Test func aMisplacedCellHasNoSpeed() throws {
    let strayed = Sample.round(0, Sample.performance(observedCPUs: [[1]]))
    let figures = try Self.figures(Sample.result(rounds: [strayed]))
    for metric in [Metric.latency, .tailLatency, .throughput] {
      let figure = try #require(figures[metric.rawValue])
      #expect(figure.value == nil && figure.lower == nil && figure.count == 0)
      #expect(
        figure.missing == "Threads or memory were seen elsewhere than asked for, so this is no figure of the cell.")
      // What was measured is kept all the same.
      #expect(figure.rounds?.count == 1)
    }
    #expect(try #require(figures["energy"]).missing?.contains("seen elsewhere") == false)
    #expect(try #require(figures["memory"]).value == 200_000_000)
  }

  @Test(arguments: ["", "2025-03-01", "yesterday"])
  func aRecordWithoutATimeHasNoPlace(time: String) {
    var record = Sample.record([])
    record.createdAt = time
    #expect {
      try Self.stored(record)
    } throws: { error in
      (error as? RecordError)?.kind == .damaged && "\(error)".contains("its time `\(time)` is none like")
    }
  }

  @Test func machinesAreToldApartByWhatTheyAre() {
    let machine = Sample.machine
    let key = StoredMachine(machine).key
    #expect(key.count == 16 && key.allSatisfy { $0.isHexDigit })
    #expect(StoredMachine(machine).facts == "Example CPU 9000, 1 core, 1 PU, 7 GiB, quota 1.5 CPUs, KVM")
    func changed(_ change: (inout MachineFingerprint) -> Void) -> String {
      var other = machine
      change(&other)
      return StoredMachine(other).key
    }
    let others = [
      changed { $0.cpuModel = "Example CPU 9001" }, changed { $0.cpuSignature = "6/143/9" },
      changed { $0.isa.append("avx512f") },
      changed { $0.cores = 2 }, changed { $0.allowedPUs = [0, 1] }, changed { $0.smtActive = false },
      changed { $0.numaNodes = 2 }, changed { $0.memoryBytes *= 2 }, changed { $0.lastLevelCacheBytes = nil },
      changed { $0.quotaCPUs = nil }, changed { $0.hypervisor = nil },
    ]
    #expect(Set(others + [key]).count == others.count + 1)
    // What is replaced more often than machines, and which of its PUs a container got.
    let same = [
      changed { $0.kernel = "6.8.0" }, changed { $0.microcode = "0x1" }, changed { $0.governor = "performance" },
      changed { $0.transparentHugePages = "never" }, changed { $0.operatingSystem = "Debian GNU/Linux 13" },
      changed { $0.memoryBytes -= 50_000_000 }, changed { $0.allowedPUs = [3] },
    ]
    #expect(Set(same) == [key])
  }

  @Test func settingsTellWhatDiffers() {
    let record = Sample.record([])
    let old = SettingFacts(of: record)
    #expect(old.values["kernel"] == "6.1.0" && old.values["openblas"] == "0.3.21" && old.values["governor"] == nil)
    var other = record
    other.machine.kernel = "6.8.0"
    other.machine.governor = "performance"
    other.tool.libraries["openblas"] = nil
    let new = SettingFacts(of: other)
    #expect(
      old.differences(to: new) == ["governor none → performance", "kernel 6.1.0 → 6.8.0", "openblas 0.3.21 → none"])
    #expect(old.differences(to: old) == [])
  }

  @Test func whatRunsWereAskedForIsASetting() {
    var record = Sample.record([])
    let first = SettingFacts(of: record)
    record.spec.minDuration = 0.25
    record.spec.perNode = true
    let second = SettingFacts(of: record)
    #expect(first.differences(to: second) == ["min-duration 1.0 s → 0.25 s", "per-node off → on"])
    #expect(
      SettingFacts.mixed([first, second, first, second]) == ["min-duration 1.0 s, 0.25 s", "per-node off, on"])
    #expect(SettingFacts.mixed([first, first]) == [])
    // Histories of before kept none of it, which is no difference.
    let old = SettingFacts(values: ["kernel": record.machine.kernel])
    #expect(old.differences(to: first).allSatisfy { !$0.hasPrefix("min-duration") && !$0.hasPrefix("seed") })
    #expect(first.differences(to: old).allSatisfy { !$0.hasPrefix("min-duration") && !$0.hasPrefix("seed") })
    #expect(SettingFacts.mixed([old, second]) == [])
  }

  @Test func settingsComeBackFromText() {
    let facts = SettingFacts(values: ["kernel": "6.1", "a\tb": "c\nd", "empty": "", "equal": "x\ty"])
    #expect(facts.text == "a b\tc d\nempty\t\nequal\tx y\nkernel\t6.1")
    #expect(SettingFacts(text: facts.text).values == ["a b": "c d", "empty": "", "equal": "x y", "kernel": "6.1"])
    #expect(SettingFacts(text: "nothing\n\n\tx").values == ["": "x"])
  }
}
