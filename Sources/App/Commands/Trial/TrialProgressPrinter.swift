import Records
import Synchronization
import Trials

/// Shows how far a gate is, on standard error.
///
/// Unchecked because the line is used under the lock alone.
final class TrialProgressPrinter: @unchecked Sendable {
  private let line: LiveLine
  private let budget: Double
  private let round = Mutex("")

  init(line: LiveLine, budget: Double) {
    self.line = line
    self.budget = budget
  }

  func handle(_ event: TrialProgress) {
    round.withLock { round in
      switch event {
      case .roundStarted(let number, let most, let discarded, let elapsed):
        round = "round \(number) of at most \(most)"
        if discarded > 0 { round += " (\(discarded) discarded)" }
        round += " · \(Int(elapsed)) of \(Int(budget)) s"
      case .armStarted(let arm): line.show("\(round) · \(arm.rawValue)")
      case .roundFinished(let finished, _):
        guard !Terminal.isErrorInteractive || !finished.disturbances.isEmpty else { return }
        let reasons = finished.disturbances.prefix(3).joined(separator: "; ")
        line.note(finished.index == nil ? "Discarded a round: \(Terminal.harmless(reasons))" : round)
      }
    }
  }
}
