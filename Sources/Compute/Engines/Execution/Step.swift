import CLinux

/// One prepared operation of a model: everything decided, nothing left to allocate.
public final class Step {
  /// Scratch bytes that one run needs for all threads together.
  let scratchBytes: Int
  /// Bytes of constants that the step holds, beside the model's parameters and packed weights.
  let constantBytes: Int
  /// What a run may report about values that make its result meaningless; nil for steps that cannot meet any.
  let faults: StepFaults?
  /// The results whose extents are known only after a run; nil for steps with fixed extents.
  let dynamicResults: DynamicResults?
  /// One thread's share of the work, called on every thread of the team at once; a barrier follows.
  let run: (Worker) -> Void

  /// Makes a step. `run` must not allocate; it captures raw pointers into the model's arena and parameters.
  init(
    scratchBytes: Int = 0, constantBytes: Int = 0, faults: StepFaults? = nil, dynamicResults: DynamicResults? = nil,
    run: @escaping (Worker) -> Void
  ) {
    self.scratchBytes = scratchBytes
    self.constantBytes = constantBytes
    self.faults = faults
    self.dynamicResults = dynamicResults
    self.run = run
  }
}

/// A thread's view of a running model.
struct Worker {
  /// This thread, 0 ..< `threadCount`.
  let thread: Int
  /// The number of threads.
  let threadCount: Int
  /// Scratch shared by all threads, at least as large as the step asked for, aligned to 64 bytes.
  let scratch: UnsafeMutableRawPointer
  /// The team, for barriers within a step.
  let team: OpaquePointer

  /// This thread's contiguous share of `count` items.
  func share(of count: Int) -> Range<Int> { Partition.share(thread, of: threadCount, items: count) }

  /// This thread's own part of the scratch memory when it is divided into parts of `bytes` (a multiple of 64).
  func ownScratch(_ bytes: Int) -> UnsafeMutableRawPointer { scratch + thread * bytes }

  /// Waits until every thread of the team is here.
  func barrier() { if threadCount > 1 { clinux_team_barrier(team) } }
}
