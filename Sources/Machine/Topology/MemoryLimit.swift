/// The bytes of memory that this process may use at most.
public enum MemoryLimit {
  /// The memory that is available now, or less where a cgroup's limit is below it; nil where neither is known.
  ///
  /// Files are read below `root`: MemAvailable of /proc/meminfo, `memory.max` of the unified hierarchy's groups, and
  /// `memory.limit_in_bytes` where version 1 usually is. Source: Documentation/admin-guide/cgroup-v2.rst.
  public static func read(root: String = "/") -> Int? {
    let files = SystemFiles(root: root)
    let kilobytes = files.value("MemAvailable", in: "/proc/meminfo")
    let available = kilobytes.flatMap { $0 >= 0 && $0 < 1 << 50 ? $0 * 1024 : nil }
    let limits = Cgroup(files: files).unified.compactMap { files.integer($0 + "/memory.max") }
    let old = files.integer("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    return ([available, old].compactMap { $0 } + limits).filter { $0 >= 0 }.min()
  }
}
