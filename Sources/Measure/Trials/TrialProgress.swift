import Records

/// What happens in a trial, for whoever shows it.
public enum TrialProgress: Sendable {
  /// A round begins: its number among those that count, how many there may be, and what was discarded so far.
  case roundStarted(round: Int, of: Int, discarded: Int, elapsed: Double)
  /// One arm begins.
  case armStarted(TrialArm)
  /// A round ended; the trial holds it.
  case roundFinished(TrialRound, Trial)
}
