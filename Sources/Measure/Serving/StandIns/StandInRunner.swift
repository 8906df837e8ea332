import LoadGen

/// An instance of a stand-in server: sleeps for as long as a batch takes.
final class StandInRunner: BatchRunner {
  /// How long batches take and how they are answered. Times are nanoseconds.
  struct Manner {
    var fixed: Int64 = 0
    var each: Int64 = 0
    /// After so many samples it does nothing for ``stall``; nil for never.
    var stallEvery: Int?
    var stall: Int64 = 0
    /// Whether the last sample of a batch is answered first.
    var isReversed = false
  }

  let maxBatch: Int
  private let manner: Manner
  private let answer = StandInAnswer()
  private let clock = SystemClock()
  private var count = 0

  init(maxBatch: Int, manner: Manner) {
    self.maxBatch = maxBatch
    self.manner = manner
  }

  func run(_ samples: UnsafeBufferPointer<QuerySample>, responses: ResponseCollector) {
    var end = clock.now() + manner.fixed + Int64(samples.count) * manner.each
    if let every = manner.stallEvery, (count + samples.count) / every > count / every { end += manner.stall }
    count += samples.count
    clock.wait(until: end)
    answer.give(samples, to: responses, isReversed: manner.isReversed)
  }
}
