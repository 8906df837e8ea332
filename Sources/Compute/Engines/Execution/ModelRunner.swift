import CLinux
import Tensors

/// Runs prepared steps on a team: one dispatch per run, a barrier between steps.
final class ModelRunner {
  private static let cpuCapacity = 4096
  private static let wordsPerThread = cpuCapacity / 64

  let scratchBytes: Int
  private let faults: ContiguousArray<StepFaults>
  private let team: ThreadTeam
  private let steps: ContiguousArray<Step>
  private let scratch: AlignedBuffer
  /// One bit set per thread, each in cache lines of its own.
  private let seen: AlignedBuffer
  private var range: Range<Int>
  /// Where thread 0 notes when each step had ended on all threads; nil while nobody asks.
  private var instants: UnsafeMutablePointer<Int64>?

  init(steps: [Step], team: ThreadTeam) throws {
    self.team = team
    self.steps = ContiguousArray(steps)
    self.faults = ContiguousArray(steps.compactMap(\.faults))
    self.range = 0..<steps.count
    self.scratchBytes = steps.map(\.scratchBytes).max() ?? 0
    self.scratch = try AlignedBuffer(byteCount: scratchBytes)
    self.seen = try AlignedBuffer(byteCount: team.threadCount * Self.cpuCapacity / 8)
  }

  /// Throws the first of what steps reported since the last check.
  func check() throws(ModelFault) {
    var first: ModelFault?
    for fault in faults {
      do throws(ModelFault) { try fault.check() } catch { first = first ?? error }
    }
    if let first { throw first }
  }

  /// Runs every step.
  func run() { run(0..<steps.count) }

  /// Runs some steps.
  func run(_ part: Range<Int>) {
    range = part
    clinux_team_run(
      team.handle,
      { context, thread, threadCount in
        Unmanaged<ModelRunner>.fromOpaque(context!).takeUnretainedValue()
          .work(thread: Int(thread), threadCount: Int(threadCount))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Runs every step and notes when it began, and when each step had ended on all threads (`clinux_clock_ns`):
  /// one more instant than there are steps.
  func run(noting instants: UnsafeMutableBufferPointer<Int64>) {
    precondition(instants.count == steps.count + 1)
    self.instants = instants.baseAddress
    run()
    self.instants = nil
  }

  private func work(thread: Int, threadCount: Int) {
    let noted = thread == 0 ? instants : nil
    noted?[0] = clinux_clock_ns()
    let worker = Worker(
      thread: thread, threadCount: threadCount, scratch: scratch.baseAddress, team: team.handle)
    for index in range {
      steps[index].run(worker)
      if threadCount > 1 { clinux_team_barrier(team.handle) }
      noted?[index + 1] = clinux_clock_ns()
    }
    let cpu = Int(clinux_current_cpu())
    if cpu >= 0, cpu < Self.cpuCapacity {
      words(thread)[cpu / 64] |= 1 << UInt64(cpu % 64)
    }
  }

  private func words(_ thread: Int) -> UnsafeMutablePointer<UInt64> {
    (seen.baseAddress + thread * Self.cpuCapacity / 8).assumingMemoryBound(to: UInt64.self)
  }

  var observedCPUs: [[Int]] {
    (0..<team.threadCount).map { thread in
      (0..<Self.cpuCapacity).filter { words(thread)[$0 / 64] & (1 << UInt64($0 % 64)) != 0 }
    }
  }

  func resetObservedCPUs() {
    for thread in 0..<team.threadCount { words(thread).update(repeating: 0, count: Self.wordsPerThread) }
  }
}
