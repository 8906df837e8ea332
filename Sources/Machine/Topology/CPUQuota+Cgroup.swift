extension CPUQuota {
  /// The tightest CPU time limit of the process's own cgroup and its ancestors, or nil where nothing limits it.
  ///
  /// Files are read below `root`.
  ///
  /// Version 2: `cpu.max` holds `max` or the microseconds allowed in each period. Version 1: `cpu.cfs_quota_us` (-1 for
  /// no limit) and `cpu.cfs_period_us`. Source: Documentation/admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst.
  public static func read(root: String = "/") -> CPUQuota? {
    let files = SystemFiles(root: root)
    let cgroup = Cgroup(files: files)
    let unified = cgroup.unified.compactMap { directory -> CPUQuota? in
      let path = directory + "/cpu.max"
      guard let words = files.line(path)?.split(separator: " "), let quota = words.first.flatMap({ Int($0) }) else {
        return nil
      }
      // The kernel always writes both; its default period is 100 ms.
      return CPUQuota(quota: quota, period: words.count > 1 ? Int(words[1]) : 100_000, source: path)
    }
    let cpu = cgroup.cpu.compactMap { directory -> CPUQuota? in
      let path = directory + "/cpu.cfs_quota_us"
      guard let quota = files.integer(path) else { return nil }
      return CPUQuota(quota: quota, period: files.integer(directory + "/cpu.cfs_period_us"), source: path)
    }
    return (unified + cpu).min { $0.cpus < $1.cpus }
  }

  private init?(quota: Int, period: Int?, source: String) {
    guard let period, period > 0, quota > 0 else { return nil }
    self.init(cpus: Double(quota) / Double(period), source: source)
  }
}
