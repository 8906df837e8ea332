import Glibc

/// Whether the system gives this process the file descriptors that its workers' pipes take.
///
/// Where they run out in the middle, a worker may neither start nor fail; so it is asked before.
public enum DescriptorLimit {
  /// For the record, the terminal, the event loop and the libraries.
  private static let ownDescriptors = 32
  /// Three pipes with both ends while a process starts, and its descriptor.
  private static let perWorker = 8

  /// Raises the limit where it may be raised.
  ///
  /// - Parameter workers: processes that are alive at the same time at most.
  /// - Throws: ``PlanError`` where the limit stays too low.
  public static func require(workers: Int) throws(PlanError) {
    let needed = needed(workers: workers)
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < needed else { return }
    if limit.rlim_max >= needed {
      limit.rlim_cur = min(limit.rlim_max, max(needed, 4096))
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { return }
    }
    throw PlanError(
      reason:
        "\(workers) \(workers == 1 ? "worker needs" : "workers need") \(needed) file descriptors and the limit is "
        + "\(limit.rlim_cur); raise it with ulimit -n \(needed)")
  }

  static func needed(workers: Int) -> rlim_t { rlim_t(ownDescriptors + perWorker * max(1, min(workers, 1 << 20))) }
}
