import LoadGen

extension StandIn {
  /// Makes the system, with the threads that it needs.
  ///
  /// - Throws: ``BatchingError`` where the system refuses threads.
  public func system() throws -> any SystemUnderTest {
    let name = "stand-in \(words)"
    switch behaviour {
    case .null: return NullSystem(name: name)
    case .spin(let time): return InlineSystem(name: name, time: time)
    case .cache(let time, let entries): return InlineSystem(name: name, time: time, entries: entries)
    case .sleep(let time, let instances):
      return try server(name, instances: instances) { $0.each = time }
    case .stall(let every, let time, let service):
      return try server(name) {
        $0.each = service
        $0.stallEvery = every
        $0.stall = time
      }
    case .batcher(let fixed, let each, let maxBatch, let maxWait, let instances):
      return try server(name, maxBatch: maxBatch, maxWait: maxWait, instances: instances) {
        $0.fixed = fixed
        $0.each = each
      }
    // Samples that nobody joins are answered after a while: a closed loop goes on.
    case .reorder(let count): return try server(name, maxBatch: count, maxWait: 10_000_000) { $0.isReversed = true }
    case .silent(let every): return FaultySystem(name: name, fault: .silent, every: every)
    case .twice(let every): return FaultySystem(name: name, fault: .twice, every: every)
    case .refuse(let every): return FaultySystem(name: name, fault: .refuses, every: every)
    case .fail(let every): return FaultySystem(name: name, fault: .fails, every: every)
    case .unknown(let every): return FaultySystem(name: name, fault: .unknown, every: every)
    case .hold: return FaultySystem(name: name, fault: .holds)
    case .block(let after): return FaultySystem(name: name, fault: .blocks, every: after)
    case .noise: return FaultySystem(name: name, fault: .noise)
    }
  }

  private func server(
    _ name: String, maxBatch: Int = 1, maxWait: Int64 = 0, instances: Int = 1,
    manner change: (inout StandInRunner.Manner) -> Void
  ) throws -> DynamicBatcher {
    var manner = StandInRunner.Manner()
    change(&manner)
    return try DynamicBatcher(
      name: name, policy: BatchPolicy(maxBatch: maxBatch, maxWait: maxWait), instances: instances
    ) { [manner] _ in StandInRunner(maxBatch: maxBatch, manner: manner) }
  }
}
