import CHwloc
import CLinux

extension Topology {
  /// Reads a topology.
  ///
  /// For this machine the allowed PUs are those that the cgroup's cpuset and the affinity mask of the calling thread
  /// both allow, and the quota is read from the cgroup files below `root`. A recorded or made-up machine has its
  /// own allowed set and no quota. Throws one sentence where the source is damaged or nothing is allowed.
  public static func discover(
    source: TopologySource = .thisMachine, root: String = "/"
  ) throws(TopologyError) -> Topology {
    let handle = try HwlocHandle(source: source)
    let mask = source == .thisMachine ? try affinityMask() : nil
    return try HwlocReader(handle: handle, source: source, mask: mask).topology(
      quota: source == .thisMachine ? CPUQuota.read(root: root) : nil)
  }

  /// CPUs in the calling thread's affinity mask.
  private static func affinityMask() throws(TopologyError) -> Set<Int> {
    var cpus = [Int32](repeating: 0, count: 1024)
    var count = Int(clinux_get_affinity(&cpus, Int32(cpus.count)))
    if count > cpus.count {
      cpus = [Int32](repeating: 0, count: count)
      count = min(cpus.count, Int(clinux_get_affinity(&cpus, Int32(cpus.count))))
    }
    guard count > 0 else {
      throw TopologyError(.unavailable, "The affinity mask of this process cannot be read (error \(-count)).")
    }
    return Set(cpus.prefix(count).map { Int($0) })
  }
}

extension Topology {
  /// The version of hwloc that this build was compiled against, for example `2.9.0`.
  public static var libraryVersion: String { HWLOC_VERSION }
}
