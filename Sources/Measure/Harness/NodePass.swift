import Engines
import LoadGen
import Records
import Statistics
import Tensors

/// Times every step of a model, after a round's measured window: what it measures cannot disturb the window.
///
/// Thread 0 reads the clock after each step's barrier, which costs some 30 ns a step; an inference with it is not the one
/// that latencies are about.
struct NodePass {
  /// At least so many inferences are timed, and at most.
  static let leastRuns = 5
  private static let mostRuns = 2000

  let model: ExecutableModel
  let clock: any NanosecondClock
  /// How long inferences are timed, in nanoseconds.
  let nanoseconds: Int64

  /// One account for each step, in execution order.
  func run() -> [NodeTime] {
    let steps = model.steps
    let instants = UnsafeMutableBufferPointer<Int64>.allocate(capacity: steps.count + 1)
    defer { instants.deallocate() }
    var times: [[Int64]] = Array(repeating: [], count: steps.count)
    let end = clock.now() + nanoseconds
    var runs = 0
    while runs < Self.leastRuns || (runs < Self.mostRuns && clock.now() < end) {
      model.run(noting: instants)
      for step in steps.indices { times[step].append(max(0, instants[step + 1] - instants[step])) }
      runs += 1
    }
    return zip(steps, times).compactMap { nodes, times in
      let members = Array(model.assignments[nodes])
      let sorted = times.sorted()
      guard let first = members.first, let least = sorted.first, let median = Percentile.value(0.5, ofSorted: sorted)
      else { return nil }
      return NodeTime(
        nodes: members.map(\.node), op: first.op, kernel: first.step?.kernel ?? first.implementation,
        operations: sum(members) { $0.multiplyAccumulates.multipliedSaturated(by: 2) },
        weightBytes: sum(members, \.weightBytes), activationBytes: sum(members, \.activationBytes), runs: runs,
        median: median, least: least)
    }
  }

  private func sum(_ members: [NodeAssignment], _ value: (NodeAssignment) -> Int) -> Int {
    members.reduce(0) { $0.addingSaturated(value($1)) }
  }
}
