import Foundation
import Statistics
import Testing

@Suite struct GateRuleTests {
  /// Differences of a quiet machine, 20 of them, about an effect.
  private func quiet(_ effect: Double, seed: UInt64 = 1, rounds: Int = 20) -> [Double] {
    var noise = Noise(seed: seed)
    return (0..<rounds).map { _ in effect + 0.002 * noise.normal() }
  }

  @Test func spendingFunctionsHaveTheirWellKnownValues() {
    // 2 - 2 Phi(1.959964 / sqrt(1/2)) and 0.05 ln(1 + (e - 1) / 2).
    #expect(agree(AlphaSpending.obrienFleming.spent(0.5, alpha: 0.05), 0.005574596680784404, 1e-12))
    #expect(agree(AlphaSpending.pocock.spent(0.5, alpha: 0.05), 0.031005725347913876, 1e-12))
    for spending in AlphaSpending.allCases {
      #expect(spending.spent(0, alpha: 0.05) == 0)
      #expect(spending.spent(1, alpha: 0.05) == 0.05)
      #expect(spending.spent(2, alpha: 0.05) == 0.05)
      let values = (0...20).map { spending.spent(Double($0) / 20, alpha: 0.05) }
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  private static let families = [1, 2, 3, 8, 50, 500]

  @Test("What can be spent never exceeds what may be", arguments: families) func plan(family: Int) throws {
    for spending in AlphaSpending.allCases {
      for looks in [[6], [6, 7, 8, 9, 10], [10, 15, 20], [20, 40, 80, 300]] {
        let rule = try GateRule(looks: looks, spending: spending)
        var spent = 0.0
        for look in rule.plan(family: family) {
          #expect(look.attained <= look.level)
          spent += look.attained
          let share = Double(look.rounds) / Double(looks[looks.count - 1])
          #expect(spent <= spending.spent(share, alpha: 0.05) * (1 + 1e-12))
        }
        #expect(rule.falseAlarmBound(family: family) == spent)
      }
    }
  }

  /// By hand: 6 rounds reject only where all are on one side, 1/64, and two cells need 1/128 each, which 6 rounds do not have.
  @Test func levelsOfFewRoundsByHand() throws {
    let rule = try GateRule(alpha: 0.02, looks: [6])
    #expect(rule.plan(family: 1).map(\.attained) == [1.0 / 64])
    #expect(rule.plan(family: 2).map(\.attained) == [1.0 / 64])
    #expect(try GateRule(alpha: 0.01, looks: [6]).plan(family: 1).map(\.canDecide) == [false])
    // Of the 128 signs of 7 rounds 1, 2, 3, 5 and 7 have a rank sum up to 0, 1, 2, 3 and 4: one cell of three rejects 5 at
    // 0.05, two reject 3 each at 0.025, three 2 each at 0.0167.
    #expect(try GateRule(looks: [7]).plan(family: 3).map(\.attained) == [6.0 / 128])
    #expect(rule.leastRounds(family: 1) == 6)
    #expect(rule.leastRounds(family: 2) == 7)
    #expect(try GateRule().leastRounds(family: 8) == 8)
    #expect(try GateRule().leastRounds(family: 1) == 6)
  }

  @Test func theFourOutcomes() throws {
    let rule = try GateRule()
    let comparisons = [
      GateComparison(id: "worse", effects: quiet(0.08), null: quiet(0, seed: 2)),
      GateComparison(id: "same", effects: quiet(0), null: quiet(0, seed: 3)),
      GateComparison(id: "at the limit", effects: quiet(0.0296, seed: 4), null: quiet(0, seed: 5)),
      GateComparison(id: "better", effects: quiet(-0.08), null: quiet(0, seed: 6)),
    ]
    let judgement = rule.judge(comparisons)
    #expect(judgement.outcomes.map(\.decision.verdict) == [.regression, .pass, .inconclusive, .pass])
    #expect(judgement.outcomes.map(\.decision.isImprovement) == [false, false, false, true])
    #expect(judgement.verdict == .regression)
    #expect(judgement.nextRounds == nil)
    #expect(judgement.looks.map(\.rounds) == [10, 15, 20])
    #expect(judgement.nullAlarms?.alarms == 0)
    #expect(judgement.nullAlarms?.count == 4)
    // Bounds say the same as the verdicts.
    let limit = log(1.03)
    let worse = judgement.outcomes[0]
    #expect(try #require(worse.lowerBound) > limit)
    #expect(try #require(judgement.outcomes[1].upperBound) < limit)
    #expect(abs(worse.limit - 0.03) < 1e-15)
    #expect(worse.limitSource == .least)
    #expect(abs(try #require(worse.estimate) - 0.08) < 0.003)
    #expect(try #require(worse.minimumDetectableEffect) > 0.03)
    #expect(try #require(worse.decision.p) <= judgement.looks[try #require(worse.decision.look)].level)
    #expect(rule.judge(Array(comparisons[1...])).verdict == .inconclusive)
    #expect(rule.judge([comparisons[1], comparisons[3]]).verdict == .pass)
    #expect(rule.judge([]).verdict == .inconclusive)
  }

  @Test func beforeTheFirstLookNothingIsDecided() throws {
    let rule = try GateRule()
    let short = GateComparison(id: "a", effects: quiet(0.5, rounds: 9), null: quiet(0, seed: 2, rounds: 9))
    let open = rule.judge([short])
    #expect(open.verdict == .undecided)
    #expect(open.nextRounds == 10)
    #expect(open.outcomes[0].decision.look == nil)
    // The budget ran out.
    #expect(rule.judge([short], isOver: true).verdict == .inconclusive)
    #expect(rule.judge([short], isOver: true).nextRounds == nil)
  }

  @Test func aDecisionOnceMadeStays() throws {
    let rule = try GateRule()
    // Ten rounds far above the limit, then ten far below.
    let turned = quiet(0.2, rounds: 10) + quiet(-0.5, seed: 9, rounds: 10)
    let other = GateComparison(id: "open", effects: (0..<20).map { $0 % 2 == 0 ? 0.3 : -0.3 }, limit: 0.03)
    let decisions = rule.decide([GateComparison(id: "turned", effects: turned, limit: 0.03), other]).decisions
    #expect(decisions[0].verdict == .regression)
    #expect(decisions[0].look == 0)
    #expect(decisions[1].verdict == .inconclusive)
    #expect(decisions[1].look == 2)
  }

  @Test func limitsComeFromTheNullWhereItIsNoisy() throws {
    let rule = try GateRule()
    let noisy = quiet(0, seed: 7).map { 30 * $0 }
    let comparison = GateComparison(id: "noisy", effects: quiet(0.05), null: noisy)
    let halfWidth = try #require(SignedRank.interval(noisy)).halfWidth
    let outcome = rule.judge([comparison]).outcomes[0]
    // Decided at the first look, with the null's first ten rounds.
    let first = try #require(SignedRank.interval(Array(noisy.prefix(10)))).halfWidth
    #expect(outcome.limitSource == .null)
    #expect(abs(outcome.limit - expm1(2 * first)) < 1e-12)
    #expect(outcome.decision.verdict == .pass)
    #expect(halfWidth > 0.02)
    let given = rule.judge([GateComparison(id: "given", effects: quiet(0.05), null: noisy, limit: 0.03)]).outcomes[0]
    #expect(given.limitSource == .given)
    #expect(given.decision.verdict == .regression)
    // No noise makes a limit wider than that.
    let loud = rule.judge([GateComparison(id: "loud", effects: quiet(0.05), null: noisy.map { 4 * $0 })]).outcomes[0]
    #expect(loud.limitSource == .null && abs(loud.limit - 0.1) < 1e-12)
    // But for a rule that allows more from the outset.
    let lenient = try GateRule(leastLimit: 0.15)
      .judge([GateComparison(id: "lenient", effects: quiet(0.05), null: noisy.map { 4 * $0 })]).outcomes[0]
    #expect(abs(lenient.limit - 0.15) < 1e-12)
    // Without a null arm nothing is known of the noise floor.
    let alone = rule.judge([GateComparison(id: "alone", effects: quiet(0.05))])
    #expect(alone.outcomes[0].limitSource == .least)
    #expect(alone.outcomes[0].nullHalfWidth == nil)
    #expect(alone.outcomes[0].minimumDetectableEffect == nil)
    #expect(alone.nullAlarms == nil)
  }

  @Test func aNullArmThatDiffersIsAnAlarm() throws {
    let judgement = try GateRule().judge([
      GateComparison(id: "a", effects: quiet(0), null: quiet(0.1, seed: 2), limit: 0.03),
      GateComparison(id: "b", effects: quiet(0), null: quiet(-0.1, seed: 3), limit: 0.03),
      GateComparison(id: "c", effects: quiet(0), null: quiet(0, seed: 4), limit: 0.03),
    ])
    #expect(judgement.nullAlarms?.ids == ["a", "b"])
  }

  /// Rounds without a value count as rounds; what is left is tested.
  @Test func missingValuesAreNotZeros() throws {
    var effects = quiet(0.08).map(Optional.some)
    for index in stride(from: 0, to: 20, by: 4) { effects[index] = nil }
    effects[1] = .nan
    let outcome = try GateRule().judge([GateComparison(id: "a", effects: effects, limit: 0.03)]).outcomes[0]
    #expect(outcome.decision.verdict == .regression)
    #expect(outcome.pairs == 10)
    let none = try GateRule().judge([GateComparison(id: "a", effects: Array(repeating: nil, count: 20))]).outcomes[0]
    #expect(none.decision.verdict == .inconclusive)
    #expect(none.decision.p == nil)
    #expect(none.estimate == nil)
  }

  /// Effects that are all equal are as clear as they can be; those at the limit itself are not beyond it.
  @Test func ties() throws {
    let rule = try GateRule()
    func verdict(_ effect: Double, limit: Double) -> GateVerdict {
      let effects = [Double](repeating: effect, count: 20)
      return rule.decide([GateComparison(id: "a", effects: effects, limit: limit)]).decisions[0].verdict
    }
    #expect(verdict(0.1, limit: 0) == .regression)
    #expect(verdict(0, limit: 0.03) == .pass)
    #expect(verdict(0, limit: 0) == .inconclusive)
    // Rounds exactly at the limit speak neither for nor against.
    let most = (0..<20).map { $0 % 4 == 0 ? 0 : 0.1 }
    #expect(rule.decide([GateComparison(id: "a", effects: most, limit: 0)]).decisions[0].verdict == .regression)
    let few = (0..<20).map { $0 % 5 == 0 ? 0.1 : 0 }
    #expect(rule.decide([GateComparison(id: "a", effects: few, limit: 0)]).decisions[0].verdict == .inconclusive)
  }

  /// Ten rounds without exception have p = 1/1024: enough for one cell at this look, and not for one of 100.
  @Test func aLargeFamilyAsksForMore() throws {
    let rule = try GateRule(looks: [10])
    let one = GateComparison(id: "a", effects: quiet(0.1, rounds: 10), limit: 0.03)
    let others = (0..<99).map { GateComparison(id: "\($0)", effects: quiet(0, seed: 8, rounds: 10), limit: 0.03) }
    #expect(rule.decide([one]).decisions[0].verdict == .regression)
    let decision = rule.decide([one] + others).decisions[0]
    #expect(decision.verdict == .inconclusive)
    #expect(agree(decision.p, 100.0 / 1024, 1e-12))
    // With 51 of them worse, Holm's last step has a level of 0.05 / 50.
    #expect(rule.decide(Array(repeating: one, count: 51)).decisions[0].p == 51.0 / 1024)
  }

  /// What was rejected at an earlier look leaves the whole level of a later one to the rest.
  @Test func anEarlierRegressionMakesRoom() throws {
    let rule = try GateRule(looks: [10, 20])
    // Ten small improvements between ten large worsenings: a rank sum of 55 of 210 against the effect.
    let slow: [Double] = (1...10).flatMap { (rank: Int) -> [Double] in [Double(-rank), Double(rank + 10)] }
    let doubtful = GateComparison(id: "doubtful", effects: slow, limit: 0)
    let p = try #require(SignedRank.p(slow, .greater))
    let level = try #require(rule.plan(family: 2).last).level
    #expect(p <= level && 2 * p > level)
    let clear = GateComparison(id: "clear", effects: quiet(0.1), limit: 0)
    let decisions = rule.decide([clear, doubtful]).decisions
    #expect(decisions.map(\.look) == [0, 1])
    #expect(decisions.map(\.verdict) == [.regression, .regression])
    #expect(agree(decisions[1].p, p, 1e-12))
    // What passed makes none.
    let fine = GateComparison(id: "fine", effects: quiet(-0.1), limit: 0)
    #expect(rule.decide([fine, doubtful]).decisions.map(\.verdict) == [.pass, .inconclusive])
  }

  /// With ties decisions are what the bounds say, which is stricter than the test over midranks.
  @Test func equalSizesOfBothSigns() throws {
    let effects = (0..<20).map { $0 % 4 == 0 ? -0.1 : 0.1 }
    #expect(try #require(SignedRank.p(effects, .greater)) < 0.03)
    let outcome = try GateRule(looks: [20]).judge([GateComparison(id: "a", effects: effects, limit: 0)]).outcomes[0]
    #expect(outcome.decision.verdict == .inconclusive)
    #expect(outcome.lowerBound == 0)
  }

  @Test func theDetectableEffectMovesWithTheLimitAndTheNoise() throws {
    let rule = try GateRule()
    let null = quiet(0)
    func effect(_ null: [Double], _ limit: Double, _ family: Int = 1) -> Double? {
      rule.minimumDetectableEffect(null: null, limit: limit, family: family)
    }
    let least = try #require(effect(null, 0))
    #expect(agree(effect(null, 0.03), 1.03 * (1 + least) - 1, 1e-9))
    #expect(agree(effect(null.map { 3 * $0 }, 0), expm1(3 * log1p(least)), 1e-9))
    #expect(effect(null.map { -$0 }, 0) == least)
    #expect(try #require(effect(null, 0, 20)) > least)
    #expect(effect([Double](repeating: 0, count: 20), 0.03).map { abs($0 - 0.03) < 1e-12 } == true)
    #expect(effect(Array(null.prefix(5)), 0.03) == nil)
    #expect(effect(null, -1) == nil)
    #expect(effect(null, .nan) == nil)
    #expect(effect([.nan, .infinity] + null.prefix(5), 0.03) == nil)
    #expect(try GateRule(looks: [6]).minimumDetectableEffect(null: null, limit: 0.03, family: 8) == nil)
  }

  private static let badLooks: [[Int]] = [[], [5], [5, 10], [10, 10], [10, 9], [-1], [6, 10_001]]

  @Test(arguments: badLooks) func looksThatCannotBe(looks: [Int]) {
    #expect(throws: GateRuleFault.looks(looks)) { try GateRule(looks: looks) }
  }

  @Test func numbersThatCannotBe() throws {
    for alpha in [0, -1, 0.6, .infinity] { #expect(throws: GateRuleFault.alpha(alpha)) { try GateRule(alpha: alpha) } }
    #expect(throws: GateRuleFault.self) { try GateRule(alpha: .nan) }
    for limit in [-0.1, .infinity] { #expect(throws: GateRuleFault.limit(limit)) { try GateRule(leastLimit: limit) } }
    let rule = try GateRule(looks: [6, 12], spending: .pocock)
    #expect(try JSONDecoder().decode(GateRule.self, from: JSONEncoder().encode(rule)) == rule)
    let broken = #"{"alpha":0.05,"looks":[3],"spending":"pocock","leastLimit":0.03}"#
    #expect(throws: GateRuleFault.looks([3])) { try JSONDecoder().decode(GateRule.self, from: Data(broken.utf8)) }
  }
}
