import Foundation
import NumericFormats
import Records
import Statistics
import Testing
import Topology

@testable import Analysis

@Suite struct ScalingCurveTests {
  /// A machine of 4 cores with two PUs each: core c has PU c and PU c + 4.
  static let topology = Topology(
    root: Sample.topology.root, allowedPUs: Array(0..<8),
    cores: (0..<4).map { Topology.Core(logicalIndex: $0, pus: [$0, $0 + 4], numaNodes: [0], package: 0, kind: nil) },
    quota: nil)

  /// A cell with rounds of the given samples per second.
  static func cell(
    _ rates: [Int], pus: [Int], words: String? = nil, memory: MemoryPlacement? = nil, batch: Int = 1,
    moved: Bool = false, others: [[Int]] = []
  ) -> Record.CellResult {
    let rounds = rates.enumerated().map { index, rate in
      let performance = Sample.performance(
        latencies: Array(repeating: 1, count: rate), samplesPerQuery: batch,
        observedCPUs: pus.map { [moved ? $0 + 1 : $0] })
      return Sample.round(index, performance)
    }
    let placement = Placement(instances: [pus] + others, words: words, memory: memory)
    return Sample.result(Sample.cell(batch: batch, placement: placement), rounds: rounds)
  }

  static func curves(_ cells: [Record.CellResult], ladder: [String] = []) -> [ScalingCurve] {
    ScalingCurve.all(
      of: cells.compactMap {
        ScalingCurve.Candidate(CellSummary(of: $0), marks: PlacementMark.all(in: $0), topology: topology)
      }, ladder: ladder)
  }

  @Test func pointsHaveSpeedUpEfficiencyAndGain() throws {
    let curves = Self.curves([
      Self.cell([300, 306, 294], pus: [0, 1, 2, 3]), Self.cell([98, 100, 102], pus: [0]),
      Self.cell([180, 182, 178], pus: [0, 1]),
    ])
    let curve = try #require(curves.first)
    #expect(curves.count == 1)
    #expect(curve.points.map(\.threads) == [1, 2, 4])
    #expect(curve.points.map(\.speedUp) == [1, 1.8, 3])
    #expect(curve.points.map(\.efficiency) == [1, 0.9, 0.75])
    #expect(curve.points.map { $0.gain?.perThread } == [nil, 80, 60])
    #expect(curve.points.map { $0.gain?.share } == [nil, 0.8, 0.6])
    let gain = try #require(curve.points[2].gain?.interval)
    let welch = try #require(WelchTest([300, 306, 294], [180, 182, 178])?.interval())
    #expect(gain.lower == welch.lower / 2)
    #expect(gain.upper == welch.upper / 2)
    let expected = try UniversalScalabilityFit([
      ScalingPoint(threads: 1, rounds: [98, 100, 102]), ScalingPoint(threads: 2, rounds: [180, 182, 178]),
      ScalingPoint(threads: 4, rounds: [300, 306, 294]),
    ])
    #expect(curve.universal == .fitted(expected))
    #expect(curve.amdahl.law != nil)
  }

  @Test func oneRoundHasNoInterval() {
    let curve = Self.curves([Self.cell([100], pus: [0]), Self.cell([150], pus: [0, 1])]).first
    #expect(curve?.points.last?.gain?.perThread == 50)
    #expect(curve?.points.last?.gain?.interval == nil)
    #expect(
      curve?.universal
        == .refused(reason: "The law needs 3 different thread counts, and there are 2; measure more."))
    #expect(curve?.amdahl.law?.sigma.interval == nil)
  }

  /// Marked points and SMT siblings are shown but not fitted.
  @Test func marksAndSiblingsStayOutOfFits() throws {
    let cells = [
      Self.cell([100, 101], pus: [0]), Self.cell([190, 191], pus: [0, 1]),
      Self.cell([90, 91], pus: [0, 1, 2], moved: true),
      Self.cell([360, 361], pus: [0, 1, 2, 3]), Self.cell([380, 381], pus: [0, 4, 1, 5, 2, 6, 3, 7]),
    ]
    let curve = try #require(Self.curves(cells).first)
    #expect(curve.points.map(\.isMarked) == [false, false, true, false, false])
    #expect(curve.points.map(\.usesSiblings) == [false, false, false, false, true])
    #expect(curve.points.map(\.isFitted) == [true, true, false, true, false])
    #expect(curve.universal.law?.quality.residuals.map(\.threads) == [1, 2, 4])
  }

  /// A family that fills cores with siblings from its second thread on is one kind of threads.
  @Test func aFamilyOfSiblingsIsFitted() throws {
    let cells = [
      Self.cell([100, 101], pus: [0]), Self.cell([120, 121], pus: [0, 4], words: "threads"),
      Self.cell([230, 231], pus: [0, 4, 1, 5], words: "threads"), Self.cell([190, 191], pus: [0, 1]),
    ]
    let curves = Self.curves(cells)
    #expect(curves.map(\.words) == [nil, "threads"])
    // One thread is one thread, whatever the words.
    #expect(curves.map { $0.points.map(\.threads) } == [[1, 2], [1, 2, 4]])
    #expect(curves[1].points.map(\.isFitted) == [true, true, true])
  }

  @Test func familiesDoNotMix() {
    let bound = MemoryPlacement(policy: .bind, nodes: [[0]])
    let curves = Self.curves([
      Self.cell([100], pus: [0]), Self.cell([190], pus: [0, 1]), Self.cell([110], pus: [0], memory: bound),
      Self.cell([210], pus: [0, 1], memory: bound), Self.cell([500], pus: [0], batch: 8),
      Self.cell([190], pus: [0, 1], others: [[2, 3]]), Self.cell([300], pus: [0, 1, 2], batch: 4),
    ])
    #expect(curves.map { $0.points.map(\.threads) } == [[1, 2], [1, 2], [1]])
    #expect(curves.map(\.memory) == [nil, bound, nil])
    #expect(curves.map(\.batch) == [1, 1, 8])
  }

  @Test func aLadderIsOneCurveWhateverItsWords() throws {
    let cells = [
      Self.cell([100], pus: [0], words: "compact"), Self.cell([190], pus: [0, 1], words: "compact,cores"),
      Self.cell([170], pus: [0, 2], words: "scatter"), Self.cell([300], pus: [0, 1, 2, 3], words: "per-numa"),
    ]
    let curves = Self.curves(cells, ladder: [cells[0].id, cells[1].id, cells[3].id])
    #expect(curves.map { $0.points.map(\.threads) } == [[1, 2, 4]])
    #expect(curves.first?.words == nil)
    #expect(curves.first?.points.map(\.id) == [cells[0].id, cells[1].id, cells[3].id])
  }

  @Test func jsonSaysFitOrRefused() throws {
    let curves = Self.curves([Self.cell([100], pus: [0]), Self.cell([150], pus: [0, 1])])
    let data = try JSONEncoder().encode(curves)
    #expect(try JSONDecoder().decode([ScalingCurve].self, from: data) == curves)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains("\"refused\":\"The law needs 3"))
    #expect(text.contains("\"fit\":{"))
  }
}
