import Glibc
import Statistics
import Testing

/// The gate judged by simulation: arms run in random order on machines of many kinds, looks stop when all is decided.
///
/// Of 2,000 gates alpha = 5 % are 100, with a standard deviation of 9.7: counts may exceed what is claimed by two of these, so
/// that a rule that is off by a fifth is found out. Counts are printed, not only held against bounds.
@Suite struct GateSimulationTests {
  static let trials = 2000
  /// 2 standard deviations of a count of 100 in 2,000.
  static let slack = 19

  struct Setting: CustomStringConvertible, Sendable {
    let noise: GateNoise
    let family: Int
    let looks: [Int]

    var description: String { "\(noise), \(family) cells, looks \(looks)" }
  }

  private static let settings: [Setting] = GateNoise.allCases.flatMap { noise in
    [Setting(noise: noise, family: 1, looks: [10, 15, 20]), Setting(noise: noise, family: 8, looks: [8, 12])]
  }

  @Test("False alarms stay below alpha, and effects of the printed size are seen", arguments: settings)
  func simulation(setting: Setting) throws {
    let rule = try GateRule(looks: setting.looks)
    let bound = rule.falseAlarmBound(family: setting.family)
    #expect(bound <= rule.alpha)
    var random = Noise(seed: 41)
    var counts = Counts()
    for _ in 0..<Self.trials {
      let family = (0..<setting.family).map { _ in
        setting.noise.cell(rounds: setting.looks[setting.looks.count - 1], &random)
      }
      func decide(limit: Double?, worse: (Int) -> Double = { _ in 0 }) -> [GateDecision] {
        let comparisons = family.enumerated().map { place, cell in
          let shift = worse(place)
          return GateComparison(
            id: "\(place)", effects: cell.effects.map { $0 + shift }, null: cell.null, limit: limit)
        }
        return rule.decide(comparisons).decisions
      }
      // Identical arms without any allowance: the least limit of all, so that none has more false alarms.
      let identical = decide(limit: 0)
      counts.add(identical, to: \.identical)
      if identical.contains(where: \.isImprovement) { counts.improved += 1 }
      // Automatic limits are 3 % or more, so that an effect of 3 % is within any of them.
      counts.add(decide(limit: nil) { _ in log1p(0.03) }, to: \.automatic)
      let atLimit = decide(limit: 0.03) { _ in log1p(0.03) }
      counts.add(atLimit, to: \.atLimit)
      if atLimit[0].verdict == .pass { counts.falsePasses += 1 }
      // Chance sees an effect of the printed size in one cell of the family, the first.
      let mde = try #require(
        rule.minimumDetectableEffect(null: family[0].null, limit: 0.03, family: setting.family))
      #expect(mde > 0.03)
      if decide(limit: 0.03, worse: { $0 == 0 ? log1p(mde) : 0 })[0].verdict == .regression { counts.seen += 1 }
    }
    print("gate simulation: \(setting): \(counts), of \(Self.trials); bound \(bound)")
    let most = Int(rule.alpha * Double(Self.trials)) + Self.slack
    #expect(counts.identical <= most)
    #expect(counts.improved <= most)
    #expect(counts.automatic <= most)
    #expect(counts.atLimit <= most)
    #expect(counts.falsePasses <= most)
    #expect(counts.seen * 10 >= Self.trials * 8)
  }

  /// How many gates of a simulation came out how.
  struct Counts: CustomStringConvertible {
    var identical = 0
    var improved = 0
    var automatic = 0
    var atLimit = 0
    var falsePasses = 0
    var seen = 0

    var description: String {
      "with identical arms and limit 0: red \(identical), improved \(improved); "
        + "red with 3 % and automatic limits \(automatic), "
        + "with the effect at the limit \(atLimit); green with it \(falsePasses); printed effect seen \(seen)"
    }

    mutating func add(_ decisions: [GateDecision], to count: WritableKeyPath<Counts, Int>) {
      if decisions.contains(where: { $0.verdict == .regression }) { self[keyPath: count] += 1 }
    }
  }
}
