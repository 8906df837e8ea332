import Topology

/// How much memory each thread goes through so that it sits in one level of the hierarchy and no nearer one.
///
/// A pure function of the topology, the threads' PUs and the memory there is.
public struct WorkingSets: Hashable, Sendable {
  /// One level.
  public struct Level: Hashable, Sendable {
    /// `L1`, `L2`, ..., `memory`.
    public let name: String
    /// Bytes for each thread, a multiple of 4 KiB.
    public let bytesPerThread: Int
  }

  /// The levels that can be measured, innermost first; memory is last and always there.
  public let levels: [Level]
  /// Why others cannot be, and what is to be read with care, each a sentence.
  public let notes: [String]

  private static let page = 4096
  /// What goes to memory where the caches are not known.
  private static let leastMemorySet = 64 << 20

  /// Sizes sets for one thread on each of `pus`.
  ///
  /// A cache's set is half of the thread's share of it, and at most 4 times its share of the next inner one, so that
  /// others who use a shared cache do not push it out at once; where that is not at least 1.5 times the inner share, the
  /// level cannot be told from the inner one and is left out. Memory's set is 4 times all last-level caches that the
  /// threads reach (the rule of McCalpin's STREAM). All threads' sets of a level are within `budget` bytes together: those
  /// of memory are made smaller, down to a page each, and caches' are left out.
  public init(topology: Topology, pus: [Int], budget: Int) {
    let caches = topology.dataCaches(of: pus)
    var levels: [Level] = []
    var notes: [String] = []
    var inner = 0
    for number in Set(caches.map(\.level)).sorted() {
      let members = caches.filter { $0.level == number }
      // The thread with the least share decides: all threads get sets of one size.
      guard Set(members.flatMap(\.users)).count == Set(pus).count,
        let share = members.map({ $0.bytes / $0.threads(of: pus) }).min()
      else {
        notes.append("L\(number) is left out: not every thread has one.")
        continue
      }
      let wanted = inner == 0 ? share / 2 : min(share / 2, inner * 4)
      let bytes = wanted / Self.page * Self.page
      if bytes > max(budget, 0) / max(pus.count, 1) {
        notes.append(
          "L\(number) is left out for \(Self.counted(pus)): its sets are larger than the memory that may be used.")
      } else if bytes >= Self.page, Double(bytes) >= 1.5 * Double(inner) {
        levels.append(Level(name: "L\(number)", bytesPerThread: bytes))
      } else {
        notes.append(
          "L\(number) is left out for \(Self.counted(pus)): a thread's share of it is too "
            + "small to be told from the cache before it.")
      }
      inner = max(inner, share)
    }
    let last = caches.map(\.level).max()
    let cacheBytes = caches.filter { $0.level == last }.reduce(0) { $0 + $1.bytes }
    let wanted = max(Self.leastMemorySet, cacheBytes * 4)
    let total = min(wanted, max(budget, 0))
    if total < cacheBytes * 2 {
      notes.append(
        "Memory is measured with \(total >> 20) MiB, less than twice the last-level cache: its bandwidth may be the cache's."
      )
    }
    let each = max(Self.page, total / max(pus.count, 1) / Self.page * Self.page)
    levels.append(Level(name: "memory", bytesPerThread: each))
    self.levels = levels
    self.notes = notes
  }

  private static func counted(_ pus: [Int]) -> String { "\(pus.count) \(pus.count == 1 ? "thread" : "threads")" }
}

extension Topology.DataCache {
  /// Threads that run on its PUs; several may run on one.
  fileprivate func threads(of pus: [Int]) -> Int { max(1, pus.count { users.contains($0) }) }
}
