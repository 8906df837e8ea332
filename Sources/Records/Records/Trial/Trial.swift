/// Two builds measured in turns: in every round the base, the candidate and the base again, each by processes of its own and in
/// an order that is drawn. Rounds of equal index in the records of its arms belong together.
public struct Trial: VersionedDocument, Hashable {
  /// What the document calls itself.
  public static let formatName = "assay-trial"
  /// The version that this build writes.
  public static let currentVersion = 1
  /// What it is, for messages.
  public static let kind = "a trial"
  /// As large as a record may be.
  public static let sizeLimit = RecordFile.sizeLimit
  /// Raw samples are not for people.
  public static let isIndented = false

  /// ``formatName``.
  public var format = Self.formatName
  /// The version of the document.
  public var version = Self.currentVersion
  /// The build that ran the trial; the arms' builds are in their records.
  public var tool: Record.Tool
  /// The start, ISO 8601 UTC.
  public var createdAt: String
  /// What was planned.
  public var plan: TrialPlan
  /// Every arm's command and what it measured; base and null have the same command.
  public var arms: [TrialArm: ArmRecord]
  /// What happened, in order.
  public var rounds: [TrialRound]
  /// Why it ended; nil while it runs, and where it was killed.
  public var end: End?

  /// Makes a trial that has not begun.
  public init(tool: Record.Tool, createdAt: String, plan: TrialPlan) {
    self.tool = tool
    self.createdAt = createdAt
    self.plan = plan
    arms = [:]
    rounds = []
    end = nil
  }

  /// One arm.
  public struct ArmRecord: Codable, Hashable, Sendable {
    /// The command line, one word each.
    public var command: [String]
    /// The revision that it was built from; nil for binaries that were given.
    public var revision: String?
    /// What it measured in rounds that count.
    public var record: Record

    /// Makes an arm.
    public init(command: [String], revision: String?, record: Record) {
      self.command = command
      self.revision = revision
      self.record = record
    }
  }

  /// Why a trial ended.
  public enum End: String, Codable, Hashable, Sendable {
    /// Everything was decided at one of the looks.
    case decided
    /// All rounds were measured.
    case rounds
    /// The time was over.
    case budget
    /// Too many rounds were disturbed.
    case disturbed
    /// The user, or a signal, stopped it.
    case interrupted
    /// An arm could not be measured any more.
    case failed
  }

  /// Rounds that count.
  public var kept: [TrialRound] { rounds.filter { $0.index != nil } }

  /// Rounds that do not.
  public var discarded: [TrialRound] { rounds.filter { $0.index == nil } }

  /// What cannot be about it as a clause, or nil.
  public var problem: String? {
    if let problem = plan.problem { return problem }
    guard Set(arms.keys).isSubset(of: TrialArm.allCases), arms.isEmpty || arms.count == TrialArm.allCases.count else {
      return "it must have the arms base, candidate and null"
    }
    for (arm, content) in arms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      do throws(RecordError) { try content.record.validate(path: arm.rawValue) } catch {
        return "its arm `\(arm.rawValue)`: \(error.reason)"
      }
    }
    let indices = rounds.compactMap(\.index)
    guard indices == Array(indices.indices) else { return "its rounds are not numbered in order" }
    for round in rounds {
      guard Set(round.order) == Set(TrialArm.allCases), round.order.count == TrialArm.allCases.count else {
        return "a round did not measure every arm once"
      }
      guard round.seconds.isFinite, round.seconds >= 0 else { return "a round's time cannot be" }
      let figures = (round.canaries ?? []).flatMap { [$0.multiplyAdds, $0.bytes] }
      guard figures.allSatisfy({ $0.isFinite && $0 > 0 }) else { return "a canary's reading cannot be" }
      guard (round.index == nil) == !round.disturbances.isEmpty else {
        return "a round was discarded without a reason, or counts in spite of one"
      }
    }
    let last = arms.values.flatMap { $0.record.cells }.flatMap(\.rounds).map(\.index).max() ?? -1
    guard last < indices.count else { return "an arm has rounds that the trial does not" }
    return nil
  }
}
