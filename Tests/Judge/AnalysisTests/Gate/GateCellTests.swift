import Energy
import HostState
import NumericFormats
import Records
import Testing

@testable import Analysis

/// What may not be judged by figures, of trials and of two records alike.
@Suite struct GateCellTests {
  private typealias Arm = TrialSample.Arm
  private static let limits = GateLimits(rules: [.init(limits: [.latency: .share(0.03), .memory: .off])])

  private static func values(_ centre: Double, phase: Int = 0) -> Arm {
    Arm(TrialSample.values(centre, 20, scatter: 0.004, phase: phase))
  }

  /// A trial of equal arms, of which the candidate's cells are changed; the same as two records.
  private static func results(
    limits: GateLimits = limits, _ change: (inout Record) -> Void
  ) throws -> [GateResult] {
    var trial = TrialSample.trial(base: values(10), candidate: values(9, phase: 3))
    let base = try #require(trial.arms[.base]?.record)
    var candidate = try #require(trial.arms[.candidate]?.record)
    change(&candidate)
    trial.arms[.candidate]?.record = candidate
    let judge = GateJudge(limits: limits)
    return [try judge.result(of: trial), try judge.result(base: base, candidate: candidate)]
  }

  private static func rounds(_ record: inout Record, _ change: (inout Round) -> Void) {
    for index in record.cells[0].rounds.indices { change(&record.cells[0].rounds[index]) }
  }

  @Test func withoutAnObstacleFasterPasses() throws {
    let results = try Self.results { _ in }
    #expect(results.map(\.verdict) == [.pass, .pass] && results.allSatisfy { $0.cases[0].isImprovement })
  }

  /// What computes something else may well be faster.
  @Test func otherOutputsAreNoPass() throws {
    for result in try Self.results({ Self.rounds(&$0) { $0.observation = Sample.observation(norm: 4) } }) {
      #expect(result.verdict == .inconclusive)
      #expect(
        result.cases[0].reason?.hasPrefix("The candidate computes other outputs, and no limit of fidelity") == true)
    }
    // In one round only.
    let once = try Self.results { $0.cells[0].rounds[7].observation = Sample.observation(norm: 4) }
    #expect(once.map(\.verdict) == [.inconclusive, .inconclusive])
  }

  /// A cell that compares outputs says how far off they are.
  @Test func otherOutputsAreJudgedByFidelityWhereThereIsACell() throws {
    func trial(_ limits: GateLimits) throws -> GateResult {
      var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(9, phase: 3))
      for arm in TrialArm.allCases {
        let cell = Sample.cell(precision: .int8, measurement: .fidelity)
        var outputs = Record.CellResult(cell: cell, plannedRounds: 100, repro: "assay run")
        outputs.rounds = (0..<2).map {
          Round(
            index: $0, startedAt: "2026-01-01T00:00:00Z", performance: nil, fidelity: Sample.fidelity(),
            observation: Sample.observation())
        }
        let timed = TrialSample.result(
          Self.values(arm == .candidate ? 9 : 10, phase: arm == .candidate ? 3 : 0), cell: Sample.cell(precision: .int8)
        )
        trial.arms[arm]?.record.cells = [timed, outputs]
      }
      Self.rounds(&trial.arms[.candidate]!.record) { $0.observation = Sample.observation(norm: 4) }
      return try GateJudge(limits: limits).result(of: trial)
    }
    let judged = try trial(Self.limits)
    #expect(judged.verdict == .pass)
    #expect(
      judged.notes.contains { $0.contains("computes other outputs in the candidate; ") && $0.contains("/fidelity") })
    var limits = Self.limits
    limits.rules.append(.init(limits: [.fidelity: .off]))
    #expect(try trial(limits).verdict == .inconclusive)
  }

  @Test func whatRanElsewhereIsNoFigure() throws {
    for result in try Self.results({ Self.rounds(&$0) { $0.performance?.observedCPUs = [[1]] } }) {
      #expect(result.verdict == .inconclusive)
      #expect(result.cases[0].reason?.hasPrefix("The candidate ran elsewhere than placed") == true)
    }
    // Also in the arm that is only there to show the noise.
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    Self.rounds(&trial.arms[.null]!.record) { $0.performance?.observedCPUs = [[1]] }
    let entry = try GateJudge(limits: Self.limits).result(of: trial).cases[0]
    #expect(entry.verdict == .inconclusive && entry.reason?.hasPrefix("The base ran elsewhere than placed") == true)
  }

  /// A candidate that lacks one of two cells.
  static func lacking() throws -> GateResult {
    let other = TrialSample.result(values(10), cell: Sample.cell(workload: "bert"))
    let base = TrialSample.record([TrialSample.result(values(10)), other])
    let candidate = TrialSample.record([TrialSample.result(values(10, phase: 3))])
    return try GateJudge(limits: limits).result(base: base, candidate: candidate)
  }

  @Test func aCellThatTheCandidateLacksIsNoPass() throws {
    let result = try Self.lacking()
    #expect(result.verdict == .inconclusive)
    #expect(result.cases.map(\.reason) == [nil, "The candidate does not measure it."])
  }

  private static func joules(_ source: String) -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: source, domains: [.init(name: "package-0", joules: 5)], seconds: 1, uncertaintyJoules: 0.01))
  }

  /// What one side has and the other lacks is lost, though nobody asked for it.
  @Test func energyOfOneSideIsOpen() throws {
    func verdicts(_ base: EnergyReading, _ candidate: EnergyReading) throws -> [GateCase] {
      var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
      for arm in TrialArm.allCases {
        Self.rounds(&trial.arms[arm]!.record) { $0.performance?.energy = arm == .candidate ? candidate : base }
      }
      return try GateJudge(limits: Self.limits).result(of: trial).cases.filter { $0.metric == .energy }
    }
    #expect(try verdicts(Self.joules("a"), Self.joules("a")).map(\.verdict) == [.pass])
    let other = try #require(try verdicts(Self.joules("a"), Self.joules("b")).first)
    #expect(other.verdict == .inconclusive && other.reason?.contains("metered by a and the candidate by b") == true)
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    for arm in TrialArm.allCases {
      Self.rounds(&trial.arms[arm]!.record) { $0.performance?.energy = Self.joules(arm == .null ? "b" : "a") }
    }
    let null = try GateJudge(limits: Self.limits).result(of: trial).cases.filter { $0.metric == .energy }
    #expect(null.map(\.reason) == ["The base was metered by b and the candidate by a; measure both with one meter."])
    let none = try #require(try verdicts(Self.joules("a"), .unavailable(reason: "No meter.")).first)
    #expect(none.verdict == .inconclusive && none.reason == "The candidate has no value: No meter.")
    #expect(try verdicts(.unavailable(reason: "No meter."), .unavailable(reason: "No meter.")).isEmpty)
  }

  /// Rounds stay in their places: a look is at the rounds that it was at.
  @Test func oneMissingValueTakesNoLookAway() throws {
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10.8, phase: 3), looks: [20])
    trial.arms[.null]?.record.cells[0].rounds.remove(at: 4)
    let result = try GateJudge(limits: Self.limits).result(of: trial)
    #expect(result.verdict == .regression && result.cases[0].rounds == 19 && result.cases[0].decidedAt == 20)
  }

  @Test func aLimitThatNoCellCanMeetIsTold() throws {
    var limits = Self.limits
    limits.rules.append(.init(limits: [.fidelity: .share(0.01), .energy: .automatic]))
    for result in try Self.results(limits: limits, { _ in }) {
      #expect(result.notes.contains("No cell of `*` can have fidelity, so that its limit limits nothing."))
      #expect(result.verdict == .pass)
    }
  }

  /// These hold FP32's model beside the candidate's.
  @Test func memoryOfFidelityCellsIsNotJudged() throws {
    let limits = GateLimits(rules: [.init(limits: [.memory: .share(0.1)])])
    #expect(limits.limit(of: .memory, in: Sample.cell(measurement: .fidelity)) == nil)
    #expect(limits.limit(of: .memory, in: Sample.cell()) == .share(0.1))
    #expect(GateLimits.automatic(.accuracy) == 0.01 && GateLimits.automatic(.fidelity) == 0.1)
  }

  @Test func oneMeasurementIsNoTwo() throws {
    let record = TrialSample.record([TrialSample.result(Self.values(10))])
    #expect { try GateJudge().result(base: record, candidate: record) } throws: {
      "\($0)".hasPrefix("Base and candidate are the same measurement") && $0 is GateRefusal
    }
  }

  @Test func warningsOfOneRecordAreTold() throws {
    let results = try Self.results { $0.warnings = ["Slowed down on purpose."] }
    for result in results { #expect(result.notes.contains("The candidate alone warns: Slowed down on purpose.")) }
  }

  /// With so few rounds for so many cases nothing could ever fail.
  @Test func aGateThatCannotFailIsRefused() throws {
    func arms(_ cells: Int) -> [TrialArm: Record] {
      let record = TrialSample.record(
        (0..<cells).map { TrialSample.result(Arm([10]), cell: Sample.cell(workload: "w\($0)")) })
      return [.base: record, .candidate: record, .null: record]
    }
    // The least p-value of six rounds is 1/64, times three 4.7 %.
    try GateJudge(limits: Self.limits).requireUseful(arms(3), rounds: 6)
    #expect { try GateJudge(limits: Self.limits).requireUseful(arms(4), rounds: 6) } throws: {
      "\($0)".hasPrefix(
        "6 rounds can tell no regression of 4 cases from chance; it takes 7 at least. Give more --rounds")
    }
    try GateJudge(limits: Self.limits).requireUseful(arms(4), rounds: 7)
  }

  // MARK: What does not scatter

  private static func exact(_ base: [Double], _ candidate: [Double]) -> GateCase {
    GateCase(
      exact: .fidelity, limit: 0.1, base: base, candidate: candidate,
      into: GateCase(cell: "c", metric: .fidelity, verdict: .inconclusive, reason: nil))
  }

  /// Outputs that are wrong now and then are wrong.
  @Test func theWorstRoundCounts() {
    let now = Self.exact([0.1, 0.1, 0.1], [0.1, 5, 0.1])
    #expect(now.verdict == .regression && now.candidate == 5)
    #expect(
      now.reason == "Outputs are not the same in every round, which they should be; the worst rounds are compared.")
    #expect(Self.exact([0.1, 0.1, 0.1], [0.1, 0.105, 0.1]).verdict == .pass)
    // A base that comes and goes itself proves nothing.
    #expect(Self.exact([0.1, 0.2, 0.1], [0.1, 5, 0.1]).verdict == .inconclusive)
    #expect(Self.exact([0.1, 5, 0.1], [0.1, 5, 0.1]).verdict == .pass)
    #expect(!Self.exact([0.1, 5, 0.1], [0.1, 0.1, 0.1]).isImprovement)
    #expect(Self.exact([5, 5], [0.1, 0.1]).isImprovement)
  }
}
