import CLinux
import Tensors

/// Where each thread of a team was at the end of every run: counts, not a list, so that a run of any length fits and nothing
/// is allocated while it lasts.
final class CPULog: @unchecked Sendable {
  private static let cpuCapacity = 4096
  /// Before a thread's counts: runs so far, the CPU of the last one, changes, the first stray run.
  private static let headerCount = 8
  private static let runs = 0
  private static let last = 1
  private static let changes = 2
  private static let stray = 3
  private static let stride = headerCount + cpuCapacity

  private let threads: Int
  /// The PU that each thread is pinned to; empty where it is not pinned.
  private let pus: [Int]
  /// One stretch for each thread, in cache lines and, but for a few, pages of its own.
  private let memory: AlignedBuffer

  init(team: ThreadTeam) throws {
    threads = team.threadCount
    pus = team.pus ?? []
    memory = try AlignedBuffer(byteCount: team.threadCount * Self.stride * MemoryLayout<Int64>.size)
    reset()
  }

  /// Notes where the calling thread is.
  func note(thread: Int) {
    let cpu = Int(clinux_current_cpu())
    guard cpu >= 0, cpu < Self.cpuCapacity else { return }
    let words = words(thread)
    words[Self.headerCount + cpu] += 1
    if words[Self.last] >= 0, words[Self.last] != Int64(cpu) { words[Self.changes] += 1 }
    words[Self.last] = Int64(cpu)
    if words[Self.stray] < 0, thread < pus.count, pus[thread] != cpu { words[Self.stray] = words[Self.runs] }
    words[Self.runs] += 1
  }

  /// Forgets everything. Pages that were never written stay so.
  func reset() {
    for thread in 0..<threads {
      let words = words(thread)
      for cpu in 0..<Self.cpuCapacity where words[Self.headerCount + cpu] != 0 { words[Self.headerCount + cpu] = 0 }
      (words[Self.runs], words[Self.last], words[Self.changes], words[Self.stray]) = (0, -1, 0, -1)
    }
  }

  /// What was noted of every thread.
  var places: [ThreadPlaces] {
    (0..<threads).map { thread in
      let words = words(thread)
      let seen = (0..<Self.cpuCapacity).filter { words[Self.headerCount + $0] != 0 }
      return ThreadPlaces(
        cpus: seen.map { ThreadPlaces.Seen(cpu: $0, runs: Int(words[Self.headerCount + $0])) },
        migrations: Int(words[Self.changes]), firstStray: words[Self.stray] < 0 ? nil : Int(words[Self.stray]))
    }
  }

  private func words(_ thread: Int) -> UnsafeMutablePointer<Int64> {
    memory.baseAddress.assumingMemoryBound(to: Int64.self) + thread * Self.stride
  }
}

/// Where one thread was at the end of each run.
public struct ThreadPlaces: Hashable, Sendable {
  /// Every CPU it was seen on, ascending.
  public let cpus: [Seen]
  /// How often it was on another CPU than after the run before.
  public let migrations: Int
  /// The first run, from 0, after which it was on another CPU than the one it is pinned to; nil where that never happened or
  /// it is not pinned.
  public let firstStray: Int?

  /// A CPU and how often the thread was there.
  public struct Seen: Hashable, Sendable {
    /// The system's number.
    public let cpu: Int
    /// Runs at whose end it was there.
    public let runs: Int
  }
}
