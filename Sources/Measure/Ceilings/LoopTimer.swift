import CLinux
import Engines
import Tensors

/// Times what all threads of a team do at once.
struct LoopTimer: ~Copyable {
  let team: ThreadTeam
  /// Start, end and result of each thread, in cache lines of its own.
  private let slots: AlignedBuffer
  private static let slotBytes = 128

  init(team: ThreadTeam) throws(AllocationError) {
    self.team = team
    slots = try AlignedBuffer(byteCount: team.threadCount * Self.slotBytes)
  }

  /// Nanoseconds from the first thread's start to the last one's end, after a barrier.
  func nanoseconds(_ body: (_ thread: Int) -> Int64) -> Int64 {
    team.run { thread in
      team.barrier()
      let start = clinux_clock_ns()
      let result = body(thread)
      let end = clinux_clock_ns()
      let slot = slot(thread)
      slot[0] = start
      slot[1] = end
      slot[2] = result
    }
    let starts = (0..<team.threadCount).map { slot($0)[0] }
    let ends = (0..<team.threadCount).map { slot($0)[1] }
    return max(1, (ends.max() ?? 0) - (starts.min() ?? 0))
  }

  /// What `body` returned on each thread the last time.
  var results: [Int64] { (0..<team.threadCount).map { slot($0)[2] } }

  private func slot(_ thread: Int) -> UnsafeMutablePointer<Int64> {
    (slots.baseAddress + thread * Self.slotBytes).assumingMemoryBound(to: Int64.self)
  }
}
