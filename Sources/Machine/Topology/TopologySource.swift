/// Where a topology comes from.
public enum TopologySource: Hashable, Sendable {
  /// The machine that runs this process, cut to its cgroup and to the affinity mask of the calling thread.
  case thisMachine
  /// A machine recorded with `lstopo --of xml`; its own allowed set counts.
  case xml(path: String)
  /// A made-up machine in hwloc's synthetic notation, for example `package:2 numa:1 core:4 pu:2`.
  case synthetic(String)
}
