import LoadGen

/// Takes its time on the thread that issues, as inference without a server around it does.
///
/// May remember results, which MLPerf forbids and TEST04 finds.
final class InlineSystem: SystemUnderTest {
  let name: String
  private let time: Int64
  /// The samples remembered; empty for none.
  private var remembered: [Int32]
  private var oldest = 0
  private let clock = SystemClock()

  init(name: String, time: Int64, entries: Int = 0) {
    self.name = name
    self.time = time
    remembered = Array(repeating: -1, count: entries)
  }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) {
    for sample in samples {
      if !recalls(sample.index) {
        let end = clock.now() + time
        while clock.now() < end {}
      }
      StandInAnswer.give(sample, to: responses)
    }
  }

  private func recalls(_ index: Int32) -> Bool {
    guard !remembered.isEmpty else { return false }
    if remembered.contains(index) { return true }
    remembered[oldest] = index
    oldest = (oldest + 1) % remembered.count
    return false
  }

  func flush() {}
}
