import CLinux

/// A fixed set of pinned threads that work on one model together; the thread that makes the team is thread 0.
///
/// Use a team only on the thread that made it.
public final class ThreadTeam: @unchecked Sendable {
  let handle: OpaquePointer
  /// The number of threads, the caller included.
  public let threadCount: Int
  /// The PU (OS index) that each thread is pinned to; nil where threads run where the system puts them.
  public let pus: [Int]?

  /// Starts a team with one thread per PU (OS index), each pinned to it, the calling thread to the first.
  public convenience init(pus: [Int]) throws(ThreadTeamError) {
    try self.init(threads: pus.count, pus: pus.map(Int32.init(clamping:)))
  }

  /// Starts a team whose threads run where the system puts them.
  public convenience init(unpinnedThreads threads: Int) throws(ThreadTeamError) {
    try self.init(threads: threads, pus: nil)
  }

  private init(threads: Int, pus: [Int32]?) throws(ThreadTeamError) {
    guard threads >= 1, threads <= 4096 else { throw ThreadTeamError(threads: threads, code: 22) }
    var handle: OpaquePointer?
    let status: Int32
    if let pus {
      status = clinux_team_create(Int32(threads), pus, &handle)
    } else {
      status = clinux_team_create(Int32(threads), nil, &handle)
    }
    guard status == 0, let handle else { throw ThreadTeamError(threads: threads, code: -status) }
    self.handle = handle
    self.threadCount = threads
    self.pus = pus.map { $0.map(Int.init) }
  }

  deinit { clinux_team_destroy(handle) }
}

/// A team that could not be started.
public struct ThreadTeamError: Error, Hashable, CustomStringConvertible {
  /// The number of threads that was asked for.
  public let threads: Int
  /// The system's error number.
  public let code: Int32

  /// One sentence for the user.
  public var description: String {
    "Cannot start and pin \(threads) threads: the system refused with error \(code); see assay topology for allowed PUs."
  }
}
