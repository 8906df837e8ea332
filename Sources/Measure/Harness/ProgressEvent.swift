import Records

/// What a run reports while it goes on. Values only: whoever listens decides what to show.
public enum ProgressEvent: Sendable {
  /// The run starts: cells, rounds that are left, their estimated seconds.
  case planned(cells: Int, rounds: Int, seconds: Double)
  /// A round starts: step `step` of `steps` (from 1), what is left in seconds by the pace so far.
  case roundStarted(step: Int, steps: Int, cell: Cell, round: Int, rounds: Int, remaining: Double)
  /// A visit of a sweep starts: in which rung, whether these are the finals, seconds spent so far, the best so far.
  case visitStarted(
    cell: Cell, rung: Int, isFinal: Bool, spent: Double, best: (id: String, samplesPerSecond: Double)?)
  /// The worker turned to something else.
  case phase(cell: Cell, WorkerPhase)
  /// A round has its result.
  case roundFinished(cell: Cell, Round)
  /// A cell failed and gets no more rounds.
  case cellFailed(cell: Cell, Record.Failure)
  /// Something that may distort the figures, also in the record.
  case warning(String)
  /// The record could not be written; said once, tried again after every round.
  case writeFailed(RecordError)
  /// The run ended.
  case finished(RunEnd)
}

/// How a run ended.
public enum RunEnd: Hashable, Sendable {
  /// Every cell has its rounds or its failure.
  case complete
  /// Stopped on request; the record can be resumed.
  case interrupted
}
