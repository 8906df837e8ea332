import CLinux
import LoadGen
import Synchronization

/// Answers within the call that issues, but for every so-many-th sample does something that it must not.
final class FaultySystem: SystemUnderTest {
  /// What it does.
  enum Fault {
    case silent, twice, refuses, fails, unknown, holds, blocks, noise
  }

  let name: String
  private let fault: Fault
  private let every: Int
  /// Samples taken.
  private var count = 0
  private var held: [QuerySample] = []
  private var holder: ResponseCollector?
  private let isReleased = Atomic(false)

  /// - Parameter every: which samples it does it to: those whose number, from 1, this divides; blocks: all after so many.
  init(name: String, fault: Fault, every: Int = 1) {
    self.name = name
    self.fault = fault
    self.every = every
  }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault) {
    let before = count
    count += samples.count
    switch fault {
    case .refuses where count / every > before / every:
      throw SystemFault(reason: "the stand-in refused a query, as it was asked to")
    case .blocks where count > every:
      while !isReleased.load(ordering: .acquiring) { clinux_sleep_ns(10_000_000) }
    case .holds:
      held += samples
      holder = responses
      return
    default: break
    }
    for (place, sample) in samples.enumerated() { give(sample, number: before + place + 1, to: responses) }
  }

  private func give(_ sample: QuerySample, number: Int, to responses: ResponseCollector) {
    let isFaulty = number % every == 0
    switch fault {
    case .silent where isFaulty: return
    case .fails where isFaulty:
      return responses.fail(sample.id, SystemFault(reason: "the stand-in failed, as it was asked to"))
    case .noise: return StandInAnswer.give(sample, to: responses, salt: UInt64(truncatingIfNeeded: number))
    default: StandInAnswer.give(sample, to: responses)
    }
    switch fault {
    case .twice where isFaulty: responses.complete(sample.id)
    // No test issues so many.
    case .unknown where isFaulty: responses.complete(sample.id | 1 << 62)
    default: break
    }
  }

  func flush() {
    guard let holder else { return }
    for sample in held { StandInAnswer.give(sample, to: holder) }
    held = []
    self.holder = nil
  }

  /// Ends a block, so that a test of tests can end.
  func release() { isReleased.store(true, ordering: .releasing) }
}
