import CLinux
import Tensors

/// Runs prepared steps on a team: one dispatch per run, a barrier between steps.
final class ModelRunner {
  let scratchBytes: Int
  private let faults: ContiguousArray<StepFaults>
  private let team: ThreadTeam
  private let steps: ContiguousArray<Step>
  private let scratch: AlignedBuffer
  /// Where threads ran.
  let cpus: CPULog
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
    self.cpus = try CPULog(team: team)
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
    cpus.note(thread: thread)
  }
}
