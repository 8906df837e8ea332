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
    guard let machine = hwloc_get_root_obj(handle.raw),
      let allowed = hwloc_topology_get_allowed_cpuset(handle.raw)
    else { throw TopologyError(.badSource, "hwloc found no machine in the topology.") }

    func isAllowed(_ pu: hwloc_obj_t) -> Bool {
      hwloc_bitmap_isset(allowed, pu.pointee.os_index) == 1
        && (mask?.contains(Int(pu.pointee.os_index)) ?? true)
    }
    let allowedPUs = objects(HWLOC_OBJ_PU, in: handle.raw).filter(isAllowed).map { Int($0.pointee.os_index) }.sorted()
    guard !allowedPUs.isEmpty else {
      throw TopologyError(.unavailable, "The topology allows this process no processing unit at all.")
    }
    return Topology(
      root: tree(machine, isAllowed: isAllowed), allowedPUs: allowedPUs, cores: cores(in: handle.raw, isAllowed),
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

  /// Every object of a type, in logical order.
  private static func objects(_ type: hwloc_obj_type_t, in topology: hwloc_topology_t) -> [hwloc_obj_t] {
    let count = max(0, hwloc_get_nbobjs_by_type(topology, type))
    return (0..<UInt32(count)).compactMap { hwloc_get_obj_by_type(topology, type, $0) }
  }

  private static func osIndex(_ object: hwloc_obj_t) -> Int? {
    object.pointee.os_index == UInt32.max ? nil : Int(object.pointee.os_index)
  }

  private static func tree(_ object: hwloc_obj_t, isAllowed: (hwloc_obj_t) -> Bool) -> TopologyObject {
    var children: [TopologyObject] = []
    var memory = object.pointee.memory_first_child
    while let child = memory {
      children.append(tree(child, isAllowed: isAllowed))
      memory = child.pointee.next_sibling
    }
    var next = object.pointee.first_child
    while let child = next {
      children.append(tree(child, isAllowed: isAllowed))
      next = child.pointee.next_sibling
    }
    let type = object.pointee.type
    return TopologyObject(
      type: String(cString: hwloc_obj_type_string(type)), logicalIndex: Int(object.pointee.logical_index),
      osIndex: osIndex(object), bytes: bytes(object), isAllowed: type == HWLOC_OBJ_PU ? isAllowed(object) : true,
      children: children)
  }

  private static func bytes(_ object: hwloc_obj_t) -> UInt64? {
    let type = object.pointee.type
    var bytes: UInt64 = 0
    if type == HWLOC_OBJ_MACHINE {
      bytes = object.pointee.total_memory
    } else if let attributes = object.pointee.attr {
      if type == HWLOC_OBJ_NUMANODE {
        bytes = attributes.pointee.numanode.local_memory
      } else if hwloc_obj_type_is_cache(type) == 1 || type == HWLOC_OBJ_MEMCACHE {
        bytes = attributes.pointee.cache.size
      }
    }
    return bytes == 0 ? nil : bytes
  }

  private static func cores(in topology: hwloc_topology_t, _ isAllowed: (hwloc_obj_t) -> Bool) -> [Core] {
    let nodes = objects(HWLOC_OBJ_NUMANODE, in: topology).filter { node in
      guard let allowed = hwloc_topology_get_allowed_nodeset(topology) else { return true }
      return hwloc_bitmap_isset(allowed, node.pointee.os_index) == 1
    }
    // Some systems do not say which PUs share a core: then each PU counts as one.
    let found = objects(HWLOC_OBJ_CORE, in: topology)
    let pus = objects(HWLOC_OBJ_PU, in: topology)
    let cores = (found.isEmpty ? pus : found).compactMap { core -> Core? in
      let own = pus.filter { pu in
        hwloc_bitmap_isset(core.pointee.cpuset, pu.pointee.os_index) == 1 && isAllowed(pu)
      }
      guard !own.isEmpty else { return nil }
      let package = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, core)
      return Core(
        logicalIndex: Int(core.pointee.logical_index), pus: own.map { Int($0.pointee.os_index) }.sorted(),
        numaNodes: nodes.filter { hwloc_bitmap_intersects($0.pointee.cpuset, core.pointee.cpuset) == 1 }
          .compactMap(osIndex).sorted(),
        package: package.map { Int($0.pointee.logical_index) } ?? 0, kind: kind(of: core, in: topology))
    }
    // One kind alone says nothing.
    if Set(cores.map(\.kind)).count > 1 { return cores }
    return cores.map {
      Core(logicalIndex: $0.logicalIndex, pus: $0.pus, numaNodes: $0.numaNodes, package: $0.package, kind: nil)
    }
  }

  /// The core's efficiency class where hwloc can rank the kinds.
  private static func kind(of core: hwloc_obj_t, in topology: hwloc_topology_t) -> Int? {
    let index = hwloc_cpukinds_get_by_cpuset(topology, core.pointee.cpuset, 0)
    var efficiency: Int32 = -1
    guard index >= 0,
      hwloc_cpukinds_get_info(topology, UInt32(index), nil, &efficiency, nil, nil, 0) == 0, efficiency >= 0
    else { return nil }
    return Int(efficiency)
  }
}

extension Topology {
  /// The version of hwloc that this build was compiled against, for example `2.9.0`.
  public static var libraryVersion: String { HWLOC_VERSION }
}
