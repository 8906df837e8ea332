import HostState
import NumericFormats
import Records
import Statistics
import Testing

@testable import Analysis

@Suite struct GateJudgeTests {
  private typealias Arm = TrialSample.Arm
  private static let limits = GateLimits(rules: [.init(limits: [.latency: .share(0.03), .memory: .off])])

  private static func values(_ centre: Double, scatter: Double = 0.004, phase: Int = 0, count: Int = 20) -> Arm {
    Arm(TrialSample.values(centre, count, scatter: scatter, phase: phase))
  }

  private static func result(_ trial: Trial, limits: GateLimits = limits) throws -> GateResult {
    #expect(trial.problem == nil)
    return try GateJudge(limits: limits).result(of: trial)
  }

  @Test func equalBuildsPass() throws {
    let trial = TrialSample.trial(
      base: Self.values(10), candidate: Self.values(10, phase: 3), null: Self.values(10, phase: 7))
    let result = try Self.result(trial)
    #expect(result.verdict == .pass)
    let entry = try #require(result.cases.first)
    #expect(result.cases.count == 1 && entry.metric == .latency && entry.verdict == .pass)
    #expect(entry.decidedAt == 10 && entry.rounds == 10)
    #expect(entry.limit == 0.03 && !entry.isLimitAutomatic)
    let detectable = try #require(entry.detectable)
    #expect(detectable > 0.03 && detectable < 0.06)
    #expect(
      result.odds == GateOdds(falseAlarms: 0.05, looks: [10, 15, 20], nullAlarms: 0, family: 1, isPaired: true))
  }

  @Test func aSlowCandidateIsARegression() throws {
    let trial = TrialSample.trial(
      base: Self.values(10), candidate: Self.values(10.6, phase: 3), null: Self.values(10, phase: 7))
    let result = try Self.result(trial)
    #expect(result.verdict == .regression)
    #expect(result.reason == "1 of 1 case is worse than the limit allows.")
    let worse = try #require(result.cases[0].worseBy)
    #expect(abs(worse - 0.06) < 0.005)
    let interval = try #require(result.cases[0].interval)
    #expect(interval.lower > 0.03 && interval.lower < worse && worse < interval.upper)
  }

  /// Throughput is better where it is higher: a candidate with less of it is the slow one.
  @Test func directionsAreThoseOfTheMetric() throws {
    let limits = GateLimits(rules: [.init(limits: [.latency: .off, .memory: .off, .throughput: .share(0.03)])])
    let slow = TrialSample.trial(base: Self.values(10), candidate: Self.values(10.6, phase: 3))
    #expect(try Self.result(slow, limits: limits).verdict == .regression)
    let fast = TrialSample.trial(base: Self.values(10), candidate: Self.values(9.4, phase: 3))
    let result = try Self.result(fast, limits: limits)
    #expect(result.verdict == .pass)
    #expect(result.cases[0].isImprovement)
    #expect(result.reason == "The case is within the limits, 1 of them better by more than it.")
  }

  @Test func improvementsFailWhereThatIsAsked() throws {
    var limits = Self.limits
    limits.failsOnImprovement = true
    let trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(9.4, phase: 3))
    #expect(try Self.result(trial, limits: limits).verdict == .regression)
  }

  @Test func whatCannotBeToldIsInconclusive() throws {
    let trial = TrialSample.trial(
      base: Self.values(10, scatter: 0.05), candidate: Self.values(10.3, scatter: 0.05, phase: 3),
      null: Self.values(10, scatter: 0.05, phase: 7))
    let result = try Self.result(trial)
    #expect(result.verdict == .inconclusive)
    #expect(result.cases[0].decidedAt == nil)
  }

  /// The same rounds under a limit that the noise sets: wide, and told to be.
  @Test func automaticLimitsFollowTheNoise() throws {
    let trial = TrialSample.trial(
      base: Self.values(10, scatter: 0.1), candidate: Self.values(10, scatter: 0.1, phase: 3),
      null: Self.values(10, scatter: 0.1, phase: 7))
    let limits = GateLimits(rules: [.init(limits: [.memory: .off])])
    let entry = try Self.result(trial, limits: limits).cases[0]
    #expect(entry.isLimitAutomatic)
    let (limit, noise) = (try #require(entry.limit), try #require(entry.noise))
    #expect(limit > 0.03)
    #expect(limit >= min(1.9 * noise, 0.1))
  }

  /// Noise may widen a limit only so far: what a machine cannot see does not pass.
  @Test func automaticLimitsHaveAnEnd() throws {
    func values(_ centre: Double, phase: Int = 0) -> Arm { Self.values(centre, scatter: 0.4, phase: phase) }
    let trial = TrialSample.trial(base: values(10), candidate: values(11, phase: 3), null: values(10, phase: 7))
    let result = try Self.result(trial, limits: GateLimits(rules: [.init(limits: [.memory: .off])]))
    let limit = try #require(result.cases[0].limit), noise = try #require(result.cases[0].noise)
    #expect(noise > 0.1 && abs(limit - GateLimits.most) < 1e-12)
    #expect(result.verdict == .inconclusive)
  }

  @Test func fewRoundsTellNothing() throws {
    let trial = TrialSample.trial(
      base: Self.values(10, count: 4), candidate: Self.values(20, count: 4), end: .budget)
    let result = try Self.result(trial)
    #expect(result.verdict == .inconclusive)
    #expect(result.notes.first == "4 rounds can tell no regression of 1 case from chance; it takes 6 at least.")
  }

  /// A trial of two cells, of which one is decided and the other is not.
  private static func halfDecided(end: Trial.End? = nil) -> Trial {
    var trial = TrialSample.trial(base: values(10), candidate: values(10, phase: 3), looks: [20, 40], end: end)
    for (arm, phase) in [(TrialArm.base, 0), (.candidate, 3), (.null, 6)] {
      let scattered = TrialSample.result(
        values(10, scatter: 0.2, phase: phase), cell: Sample.cell(workload: "bert"))
      trial.arms[arm]?.record.cells.append(scattered)
    }
    return trial
  }

  @Test func everythingMustBeDecidedForAnEarlyEnd() throws {
    let judge = GateJudge(limits: Self.limits)
    var trial = Self.halfDecided()
    #expect(try Self.result(trial).cases.map(\.verdict) == [.pass, .inconclusive])
    #expect(!judge.isDecided(trial, look: 0))
    for arm in TrialArm.allCases { trial.arms[arm]?.record.cells.removeLast() }
    #expect(judge.isDecided(trial, look: 0))
  }

  /// What noise left open is the machine's; what is certain is not.
  @Test func casesOfAnUnfitMachineSaySo() throws {
    var trial = Self.halfDecided(end: .disturbed)
    trial.rounds += (0..<4).map { _ in TrialSample.round(nil) }
    let result = try Self.result(trial)
    #expect(result.verdict == .unfit && result.cases.map(\.verdict) == [.pass, .unfit])
  }

  /// Advice is for what more rounds could decide.
  @Test func openCasesWithReasonsOfTheirOwnAskForNoRounds() throws {
    var trial = Self.halfDecided(end: .budget)
    #expect(try Self.result(trial).reason.hasPrefix("1 of 2 cases could not be told from the limit; give more rounds"))
    trial.arms[.candidate]?.record.cells.removeFirst()
    #expect(try Self.result(trial).reason.hasPrefix("2 of 2 cases could not be told from the limit; give more rounds"))
    let lacking = try GateCellTests.lacking()
    #expect(lacking.reason == "1 of 2 cases could not be judged, each for a reason of its own; see there.")
  }

  /// Time that runs out between two looks is no reason to throw rounds away.
  @Test func theLastLookIsWhereTheBudgetEnded() throws {
    let trial = TrialSample.trial(
      base: Self.values(10, count: 14), candidate: Self.values(10.6, phase: 3, count: 14), looks: [20, 40], end: .budget
    )
    #expect(try Self.result(trial).verdict == .regression)
    #expect(try Self.result(trial).cases[0].decidedAt == 14)
  }

  @Test func aDisturbedMachineIsUnfit() throws {
    let trial = TrialSample.trial(
      base: Self.values(10, count: 7), candidate: Self.values(10.6, count: 7), end: .disturbed, discarded: 4)
    let result = try Self.result(trial)
    #expect(result.verdict == .unfit)
    #expect(result.reason.hasPrefix("4 rounds were disturbed, more than the 3 that may be"))
    #expect(result.effort?.disturbances == ["canary in 4", "pressure in 4", "steal in 4"])
    #expect(result.effort?.discarded == 4 && result.effort?.rounds == 7 && result.effort?.seconds == 22)
  }

  @Test func aCandidateThatFailsIsARegression() throws {
    let failed = Arm([], failure: "killed by signal 11 (SIGSEGV)")
    let result = try Self.result(TrialSample.trial(base: Self.values(10), candidate: failed))
    #expect(result.verdict == .regression)
    #expect(result.cases[0].reason == "The candidate failed where the base does not: killed by signal 11 (SIGSEGV).")
    let other = try Self.result(TrialSample.trial(base: failed, candidate: Self.values(10)))
    #expect(other.verdict == .inconclusive)
    #expect(other.cases[0].reason == "The base failed: killed by signal 11 (SIGSEGV).")
    let again = try Self.result(
      TrialSample.trial(base: Self.values(10), candidate: Self.values(10), null: failed))
    #expect(again.verdict == .inconclusive && again.cases[0].reason == other.cases[0].reason)
  }

  /// What the base differs by from itself, and not what the candidate does.
  @Test func noiseIsOfTheBaseAgainstItself() throws {
    let loud = TrialSample.trial(
      base: Self.values(10), candidate: Self.values(10, scatter: 0, phase: 3),
      null: Self.values(10, scatter: 0.1, phase: 7))
    let quiet = TrialSample.trial(
      base: Self.values(10), candidate: Self.values(10, scatter: 0.1, phase: 3),
      null: Self.values(10, scatter: 0, phase: 7))
    let noises = try [loud, quiet].map { try #require(try Self.result($0).cases[0].noise) }
    #expect(noises[0] > 5 * noises[1])
  }

  @Test func memoryIsJudgedToo() throws {
    var candidate = Self.values(10, phase: 3)
    candidate.peak = 230_000_000
    let trial = TrialSample.trial(base: Self.values(10), candidate: candidate)
    let result = try Self.result(trial, limits: GateLimits(rules: [.init(limits: [.latency: .share(0.03)])]))
    #expect(result.cases.map(\.metric) == [.latency, .memory])
    #expect(result.cases.map(\.verdict) == [.pass, .regression])
    let worse = try #require(result.cases[1].worseBy)
    #expect(abs(worse - 0.15) < 1e-9)
  }

  /// Of throughput a share of the base is lost, never more than all of it.
  @Test func lostThroughputIsAShareOfTheBase() throws {
    let limits = GateLimits(rules: [.init(limits: [.latency: .off, .memory: .off, .throughput: .share(0.5)])])
    func worse(_ milliseconds: Double) throws -> GateCase {
      let trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(milliseconds, phase: 3))
      return try Self.result(trial, limits: limits).cases[0]
    }
    let slow = try worse(25), share = try #require(slow.worseBy), interval = try #require(slow.interval)
    #expect(abs(share - 0.6) < 0.01 && slow.verdict == .regression)
    #expect(interval.lower < share && share < interval.upper && interval.upper < 1)
    #expect(abs((slow.limit ?? 0) - 0.5) < 1e-12)
    #expect(try worse(19).verdict == .pass)
    // All of it may be lost: the limit stays a number.
    let all = Metric.throughput.worsening(of: 1)
    #expect(all.isFinite && all > 9 && Metric.throughput.share(of: all) > 0.999)
  }

  @Test func energyThatIsAskedForAutomaticallyIsJudgedWhereItIsMeasured() throws {
    let trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    let limits = GateLimits(rules: [.init(limits: [.latency: .share(0.03), .memory: .off, .energy: .automatic])])
    let result = try Self.result(trial, limits: limits)
    #expect(result.verdict == .pass && result.cases.map(\.metric) == [.latency])
    #expect(result.notes == ["No energy is judged in 1 cell: No meter."])
  }

  @Test func aRuleForNoCellIsTold() throws {
    let trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    var limits = Self.limits
    limits.rules.append(.init(cells: "resnet5O/*", limits: [.latency: .share(0.5)]))
    let note = "No cell matches `resnet5O/*` of the limits, so that these limit nothing."
    #expect(try Self.result(trial, limits: limits).notes == [note])
    limits.rules[1].cells = "*"
    #expect(try Self.result(trial, limits: limits).notes.isEmpty)
  }

  @Test func energyThatNobodyMeasuresIsAGapOnlyWhereALimitIsGiven() throws {
    let trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    #expect(try Self.result(trial).cases.map(\.metric) == [.latency])
    let limits = GateLimits(rules: [.init(limits: [.latency: .share(0.03), .memory: .off, .energy: .share(0.05)])])
    let result = try Self.result(trial, limits: limits)
    #expect(result.verdict == .inconclusive)
    #expect(result.cases.last?.reason == "No meter.")
  }

  @Test func unlikeArmsAreRefused() throws {
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10))
    trial.arms[.candidate]?.record.tool.configuration = "debug"
    #expect { try GateJudge().result(of: trial) } throws: {
      "\($0)".contains("build (release against debug)") && $0 is GateRefusal
    }
  }

  @Test func warningsOfOneSideAreTold() throws {
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10, phase: 3))
    trial.arms[.candidate]?.record.warnings.append("Slowed down on purpose.")
    #expect(try Self.result(trial).notes == ["The candidate alone warns: Slowed down on purpose."])
  }

  @Test func nothingMeasuredIsNoPass() throws {
    var trial = TrialSample.trial(base: Self.values(10), candidate: Self.values(10))
    (trial.arms, trial.rounds, trial.end) = ([:], [TrialSample.round(nil)], .disturbed)
    #expect(try Self.result(trial).verdict == .unfit)
    trial.end = .budget
    let result = try Self.result(trial)
    #expect(result.verdict == .inconclusive)
    #expect(result.reason.hasPrefix("All rounds were disturbed until the time was over; measure when"))
    trial.rounds = []
    #expect(try Self.result(trial).reason == "No round was complete when the time was over; give a larger budget.")
    trial.end = .interrupted
    #expect(try Self.result(trial).reason == "No round was complete when it was interrupted.")
  }

  /// Noise has no part in outputs that are wrong.
  @Test func anUnfitMachineHidesNoFailure() throws {
    var trial = TrialSample.trial(
      base: Self.values(10, count: 7), candidate: Self.values(10, count: 7), end: .disturbed, discarded: 4)
    #expect(try Self.result(trial).verdict == .unfit)
    trial.arms[.candidate]?.record.cells[0].failure = .init(reason: "killed", lastErrorLines: [])
    #expect(try Self.result(trial).verdict == .regression)
  }

  @Test(arguments: [6, 7, 10, 20, 33, 1000]) func looksAreWholeNumbersThatGrow(_ rounds: Int) throws {
    let looks = GateJudge.looks(rounds: rounds)
    #expect(looks.last == rounds && looks.allSatisfy { $0 >= GateRule.leastRounds } && looks.count <= 3)
    #expect(throws: Never.self) { try GateRule(looks: looks) }
  }

  // MARK: What does not scatter

  private static func fidelity(_ sqnr: Double?, top1: Double) -> Record.CellResult {
    var fidelity = Sample.fidelity(sqnr: sqnr)
    (fidelity.top1Agreement, fidelity.decisions) = (top1, 64)
    var result = Record.CellResult(
      cell: Sample.cell(precision: .int8, measurement: .fidelity), plannedRounds: 100, repro: "assay run")
    result.rounds = (0..<6).map { index in
      Round(
        index: index, startedAt: "2026-01-01T00:00:00Z", performance: nil, fidelity: fidelity,
        observation: Sample.observation())
    }
    return result
  }

  private static func outputs(_ base: (Double?, Double), _ candidate: (Double?, Double)) throws -> GateResult {
    var trial = TrialSample.trial(base: values(10, count: 6), candidate: values(10, count: 6))
    for (arm, figures) in [(TrialArm.base, base), (.null, base), (.candidate, candidate)] {
      trial.arms[arm]?.record.cells = [fidelity(figures.0, top1: figures.1)]
    }
    return try result(trial, limits: GateLimits())
  }

  /// What does not scatter is known after two rounds; what scatters is looked at where the plan says.
  @Test func outputsAloneNeedFewRounds() throws {
    var trial = TrialSample.trial(base: Self.values(10, count: 2), candidate: Self.values(10, count: 2), end: nil)
    #expect(!GateJudge().isSettled(trial))
    for arm in TrialArm.allCases { trial.arms[arm]?.record.cells = [Self.fidelity(40, top1: 1)] }
    #expect(GateJudge().isSettled(trial))
    trial.rounds.removeLast()
    #expect(!GateJudge().isSettled(trial))
  }

  @Test func outputsAreHeldAgainstEachOtherAsTheyAre() throws {
    let same = try Self.outputs((40, 0.9), (40, 0.9))
    #expect(same.verdict == .pass)
    #expect(same.cases.map(\.metric) == [.fidelity, .accuracy])
    #expect(same.cases.map(\.worseBy) == [0, 0])
    // 20 log10(1.2) = 1.58 dB.
    let worse = try Self.outputs((40, 0.9), (38.416, 0.885))
    #expect(worse.cases.map(\.verdict) == [.regression, .regression])
    #expect(abs((worse.cases[0].worseBy ?? 0) - 0.2) < 1e-3)
    #expect(abs((worse.cases[1].worseBy ?? 0) - 0.015) < 1e-12)
    let little = try Self.outputs((40, 0.9), (39.6, 0.895))
    #expect(little.cases.map(\.verdict) == [.pass, .pass])
    let better = try Self.outputs((40, 0.9), (40.4, 0.905))
    #expect(better.cases.allSatisfy { $0.verdict == .pass && !$0.isImprovement })
    #expect(try Self.outputs((40, 0.9), (42, 0.95)).cases.map(\.isImprovement) == [true, true])
  }

  @Test func anErrorWhereThereWasNoneIsARegression() throws {
    let result = try Self.outputs((nil, 1), (120, 1))
    #expect(result.cases[0].verdict == .regression)
    #expect(result.cases[0].reason == "The base has no error at all, and the candidate has one.")
    let none = try Self.outputs((nil, 1), (nil, 1))
    #expect(none.verdict == .pass && none.cases[0].reason == nil && none.cases[0].worseBy == 0)
  }

  @Test func fewDecisionsAreNoShare() throws {
    var trial = TrialSample.trial(base: Self.values(10, count: 6), candidate: Self.values(10, count: 6))
    for arm in TrialArm.allCases {
      var cell = Self.fidelity(40, top1: arm == .candidate ? 0.5 : 1)
      for index in cell.rounds.indices { cell.rounds[index].fidelity?.decisions = 8 }
      trial.arms[arm]?.record.cells = [cell]
    }
    #expect(try Self.result(trial, limits: GateLimits()).cases.map(\.metric) == [.fidelity])
    let limits = GateLimits(rules: [.init(limits: [.accuracy: .share(0.01)])])
    let entry = try #require(try Self.result(trial, limits: limits).cases.last)
    #expect(entry.verdict == .inconclusive)
    #expect(entry.reason == "8 decisions are too few for a share; it takes 30.")
  }
}
