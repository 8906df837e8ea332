import Foundation
import Records
import Statistics

/// Measures base, candidate and base again in turns, round after round, until everything is decided or the plan is at its end.
///
/// What is a disturbance and when everything is decided are others' business: pure functions that are handed in.
public struct TrialRunner: Sendable {
  /// The base's command; the null arm has the same.
  public var base: ArmCommand
  /// The candidate's command.
  public var candidate: ArmCommand
  /// Seconds that one process of an arm may take, where the budget leaves that much.
  public var timeout: Double
  /// What loops that never change find now; nil where they cannot run.
  public var canary: @Sendable () async -> TrialRound.Canary?
  /// Why a round is not to count, each a clause, from the records of its arms, its canaries and what was measured before.
  public var disturbances: @Sendable ([TrialArm: Record], [TrialRound.Canary]?, Trial) -> [String]
  /// Refuses arms that cannot be held against each other, when each has been measured once.
  public var check: @Sendable ([TrialArm: Record]) throws -> Void
  /// Whether everything is decided at one of the plan's looks.
  public var isDecided: @Sendable (Trial, _ look: Int) -> Bool
  /// Whether more rounds could tell nothing, asked after every round that counts.
  public var isSettled: @Sendable (Trial) -> Bool
  /// Keeps the trial after every round.
  public var save: @Sendable (Trial) throws -> Void
  /// Called with what happens.
  public var onProgress: @Sendable (TrialProgress) -> Void

  /// Makes a runner; the functions can be replaced.
  public init(base: ArmCommand, candidate: ArmCommand, timeout: Double = 3600) {
    self.base = base
    self.candidate = candidate
    self.timeout = timeout
    canary = { nil }
    disturbances = { _, _, _ in [] }
    check = { _ in }
    isDecided = { _, _ in false }
    isSettled = { _ in false }
    save = { _ in }
    onProgress = { _ in }
  }

  /// The longest padding: more than a page, so that every alignment of the stack within one occurs.
  static let longestPadding = 4096

  /// Seconds that a process may take beyond the budget: what hangs is stopped, and what is nearly done is not lost.
  var grace = 60.0

  /// Runs a trial that has not begun. Cancelling the task stops the arm in progress; what was measured before stays.
  ///
  /// - Throws: ``TrialError`` where an arm cannot be measured at all; what `save` throws.
  public func run(_ trial: Trial) async throws -> Trial {
    var trial = trial
    let folder = try Self.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let start = ContinuousClock.now
    var random = SeededRandom(seed: trial.plan.seed)
    func elapsed() -> Double { Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000 }
    while trial.end == nil {
      let longest = trial.rounds.map(\.seconds).max() ?? 0
      // A round that cannot end in time is not begun; but one has to be measured for anything to be known.
      if !trial.rounds.isEmpty, elapsed() + longest > trial.plan.budgetSeconds {
        trial.end = .budget
        break
      }
      onProgress(
        .roundStarted(
          round: trial.kept.count + 1, of: trial.plan.rounds, discarded: trial.discarded.count, elapsed: elapsed()))
      do {
        let limit = min(timeout, max(0, trial.plan.budgetSeconds - elapsed()) + grace)
        try await measureRound(&trial, folder, &random, limit: limit)
      } catch is CancellationError {
        trial.end = .interrupted
        break
      } catch let error as TrialError where !trial.rounds.isEmpty {
        trial.end = .failed
        try save(trial)
        throw error
      }
      decide(&trial)
      try save(trial)
    }
    Self.complete(&trial)
    try save(trial)
    return trial
  }

  /// Makes records of arms whole: what was measured is all that there is to be.
  private static func complete(_ trial: inout Trial) {
    let rounds = trial.kept.count
    guard rounds > 0 else { return }
    for arm in trial.arms.keys {
      trial.arms[arm]?.record.spec.rounds = rounds
      for index in trial.arms[arm]?.record.cells.indices ?? 0..<0 {
        trial.arms[arm]?.record.cells[index].plannedRounds = rounds
      }
      if trial.arms[arm]?.record.cells.allSatisfy(\.isFinished) == true { trial.arms[arm]?.record.status = .complete }
    }
  }

  /// Measures every arm once, and takes the round or discards it.
  ///
  /// - Parameter limit: seconds that a process may take.
  private func measureRound(
    _ trial: inout Trial, _ folder: String, _ random: inout SeededRandom, limit: Double
  ) async throws {
    let order = random.shuffled(TrialArm.allCases)
    let padding = Dictionary(
      uniqueKeysWithValues: TrialArm.allCases.map { ($0, random.index(below: Self.longestPadding + 1)) })
    let start = ContinuousClock.now
    var records: [TrialArm: Record] = [:]
    var canaries: [TrialRound.Canary]? = []
    for arm in order {
      try Task.checkCancellation()
      onProgress(.armStarted(arm))
      if let reading = await canary() { canaries?.append(reading) } else { canaries = nil }
      let process = ArmProcess(
        arm: arm, command: arm == .candidate ? candidate : base, folder: folder, timeout: limit)
      records[arm] = try await process.measure(padding: padding[arm] ?? 0)
    }
    if trial.rounds.isEmpty { try check(records) }
    let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
    let reasons = disturbances(records, canaries, trial)
    var round = TrialRound(
      index: nil, order: order, padding: padding, canaries: canaries, seconds: seconds, disturbances: reasons,
      discarded: [])
    if reasons.isEmpty {
      round.index = trial.kept.count
    } else {
      round.discarded = order.flatMap { arm in
        (records[arm]?.cells ?? []).flatMap { cell in
          cell.rounds.map { TrialRound.DiscardedCell(arm: arm, cell: cell.id, round: $0) }
        }
      }
    }
    // Noise has no part in failures: these are kept of rounds that do not count too.
    try add(records, round: round.index, to: &trial)
    trial.rounds.append(round)
    onProgress(.roundFinished(round, trial))
  }

  /// Ends the trial where it is decided, at its end, or disturbed too often.
  private func decide(_ trial: inout Trial) {
    let count = trial.kept.count
    func isDecidedNow() -> Bool {
      trial.plan.looks.firstIndex(of: count).map { isDecided(trial, $0) } ?? false || isSettled(trial)
    }
    if trial.rounds.last?.index != nil, isDecidedNow() {
      trial.end = .decided
    } else if count >= trial.plan.rounds {
      trial.end = .rounds
    } else if trial.discarded.count > trial.plan.discardLimit {
      trial.end = .disturbed
    }
  }

  /// Adds what the arms measured to their records.
  ///
  /// - Parameter round: nil for a round that does not count, of which only failures and warnings are added.
  private func add(_ records: [TrialArm: Record], round: Int?, to trial: inout Trial) throws(TrialError) {
    for arm in TrialArm.allCases {
      guard let new = records[arm] else { continue }
      let command = arm == .candidate ? candidate : base
      var content =
        trial.arms[arm]
        ?? Trial.ArmRecord(
          command: command.words, revision: command.revision, record: Self.empty(new, rounds: trial.plan.rounds))
      guard content.record.cells.map(\.id) == new.cells.map(\.id) else {
        throw TrialError("The \(arm.words) measures other cells than in the rounds before: \(command.words).")
      }
      for (index, cell) in new.cells.enumerated() {
        if let failure = cell.failure { content.record.cells[index].failure = failure }
        guard let round, var measured = cell.rounds.first else { continue }
        measured.index = round
        content.record.cells[index].rounds.append(measured)
      }
      for warning in new.warnings where !content.record.warnings.contains(warning) {
        content.record.warnings.append(warning)
      }
      trial.arms[arm] = content
    }
  }

  /// A record of all rounds of an arm, made from that of its first.
  private static func empty(_ first: Record, rounds: Int) -> Record {
    var record = first
    record.status = .incomplete
    record.spec.rounds = rounds
    for index in record.cells.indices {
      record.cells[index].plannedRounds = rounds
      record.cells[index].rounds = []
      record.cells[index].failure = nil
    }
    return record
  }

  private static func makeFolder() throws(TrialError) -> String {
    let folder = NSTemporaryDirectory() + "assay-trial-\(UUID().uuidString)"
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw TrialError(
        "Cannot make a folder below \(NSTemporaryDirectory()); set TMPDIR to one that can be written.", exitCode: 73)
    }
    return folder
  }
}
