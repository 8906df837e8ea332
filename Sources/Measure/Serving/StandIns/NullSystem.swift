import LoadGen

/// Answers within the call that issues.
final class NullSystem: SystemUnderTest {
  let name: String
  private let answer = StandInAnswer()

  init(name: String) { self.name = name }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) {
    answer.give(samples, to: responses)
  }

  func flush() {}
}
