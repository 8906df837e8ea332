import LoadGen

/// What an audit found.
public struct AuditVerdict: Codable, Hashable, Sendable {
  /// Which audit.
  public let audit: Audit
  /// The figure of the run that was held against; nil where it has none.
  public let reference: AuditScore?
  /// That of the audited run; nil where it has none.
  public let audited: AuditScore?
  /// Its checks in their order.
  public let checks: [Check]

  /// Whether all of them passed.
  public var passes: Bool { checks.allSatisfy(\.passes) }

  /// One check.
  public struct Check: Codable, Hashable, Sendable {
    /// `accuracy`, `performance` or `settings`.
    public let name: String
    /// Whether it passed.
    public let passes: Bool
    /// What was compared, as a sentence.
    public let sentence: String
  }

  /// TEST01: the responses of a performance run against those of the accuracy run, whole, and the two performance runs.
  ///
  /// - Parameters:
  ///   - responses: Those that the audited run kept.
  ///   - accuracy: Those of the accuracy run.
  public static func test01(
    responses: [LoggedResponse], accuracy: [LoggedResponse], reference: AuditScore?, audited: AuditScore?
  ) -> AuditVerdict {
    AuditVerdict(
      audit: .test01, reference: reference, audited: audited,
      checks: [compare(responses, accuracy)]
        + performance(reference, audited) { reference, audited in
          let tolerance = reference.tolerance
          let allowed = reference.value * (1 - tolerance)...reference.value * (1 + tolerance)
          return Check(
            name: "performance", passes: allowed.contains(audited.value),
            sentence:
              "The audited run scored \(audited.text), \(percent(audited.value / reference.value)) of the reference's "
              + "\(reference.text); \(percent(1 - tolerance)) to \(percent(1 + tolerance)) is allowed.")
        })
  }

  /// TEST04: a run of one sample again and again against one of drawn samples.
  public static func test04(reference: AuditScore?, audited: AuditScore?) -> AuditVerdict {
    AuditVerdict(
      audit: .test04, reference: reference, audited: audited,
      checks: performance(reference, audited) { reference, audited in
        let (fast, slow) = reference.isLatency ? (reference, audited) : (audited, reference)
        let limit = 1 + reference.tolerance
        return Check(
          name: "performance", passes: fast.value <= slow.value * limit,
          sentence:
            "With one sample repeated the system was at \(percent(fast.value / slow.value)) of its speed (\(audited.text), and "
            + "\(reference.text) with drawn samples); \(percent(limit)) is allowed.")
      })
  }

  private static func compare(_ responses: [LoggedResponse], _ accuracy: [LoggedResponse]) -> Check {
    var expected: [Int32: [UInt8]] = [:]
    for response in accuracy { expected[response.index] = response.data }
    guard !responses.isEmpty else {
      return Check(
        name: "accuracy", passes: false, sentence: "The audited run kept no responses, so there is nothing to compare.")
    }
    let unknown = responses.filter { expected[$0.index] == nil }
    let different = responses.filter { expected[$0.index] != nil && expected[$0.index] != $0.data }
    let wrong = unknown.count + different.count
    var sentence =
      "\(responses.count - wrong) of \(responses.count) responses are those of the accuracy run, byte for byte"
    if let first = different.first { sentence += "; the first other one is to sample \(first.index)" }
    if let first = unknown.first { sentence += "; the accuracy run has none to sample \(first.index)" }
    return Check(name: "accuracy", passes: wrong == 0, sentence: sentence + ".")
  }

  private static func performance(
    _ reference: AuditScore?, _ audited: AuditScore?, _ check: (AuditScore, AuditScore) -> Check
  ) -> [Check] {
    func failed(_ sentence: String) -> Check { Check(name: "settings", passes: false, sentence: sentence) }
    guard let reference else { return [failed("The reference run has no score.")] }
    guard let audited else { return [failed("The audited run has no score.")] }
    guard reference.scenario == audited.scenario else {
      return [
        failed("The runs are of the scenarios \(reference.scenario.rawValue) and \(audited.scenario.rawValue).")
      ]
    }
    var checks: [Check] = []
    if reference.bound != audited.bound { checks.append(failed("The runs have different bounds of latency.")) }
    if !reference.isValid { checks.append(failed("The reference run is INVALID.")) }
    if !audited.isValid { checks.append(failed("The audited run is INVALID.")) }
    return checks + [check(reference, audited)]
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
