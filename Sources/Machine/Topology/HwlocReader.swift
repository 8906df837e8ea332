import CHwloc
import CTopologyImport

/// Takes what Assay needs out of a loaded hwloc topology, and refuses what no machine can be: a file that hwloc loads may
/// still contradict itself.
struct HwlocReader: ~Copyable {
  let handle: HwlocHandle
  private let source: TopologySource
  /// OS indices of the PUs in the tree that may be used.
  private let allowed: Set<Int>
  private let allowedNodes: Set<Int>

  /// The highest OS index of a PU or a NUMA node.
  static let highestIndex = Int(CTOPOLOGY_HIGHEST)
  /// The most levels of a tree, memory included.
  static let mostLevels = 64

  /// Makes a reader.
  ///
  /// - Parameter mask: the PUs that the calling thread may run on, or nil where that does not matter.
  init(handle: consuming HwlocHandle, source: TopologySource, mask: Set<Int>?) throws(TopologyError) {
    self.source = source
    let pus = Self.objects(HWLOC_OBJ_PU, in: handle.raw)
    let nodes = Self.objects(HWLOC_OBJ_NUMANODE, in: handle.raw)
    for (word, objects) in [("PU", pus), ("NUMA node", nodes)] {
      let indices = objects.map { Int($0.pointee.os_index) }
      guard indices.allSatisfy({ $0 <= Self.highestIndex }), Set(indices).count == indices.count else {
        throw Self.contradiction(source, "a \(word) number comes twice or is above \(Self.highestIndex)")
      }
    }
    let allowedSet = hwloc_topology_get_allowed_cpuset(handle.raw)
    let allowedNodeSet = hwloc_topology_get_allowed_nodeset(handle.raw)
    allowed = Set(Self.members(of: pus, in: allowedSet).filter { mask?.contains($0) ?? true })
    allowedNodes = Set(Self.members(of: nodes, in: allowedNodeSet))
    self.handle = handle
  }

  /// The topology.
  func topology(quota: CPUQuota?) throws(TopologyError) -> Topology {
    guard let machine = hwloc_get_root_obj(handle.raw) else {
      throw TopologyError(.badSource, "hwloc found no machine in the topology.")
    }
    guard !allowed.isEmpty else {
      throw TopologyError(.unavailable, "The topology allows this process no processing unit at all.")
    }
    let root = try tree(machine, level: 1)
    let kinds = kinds()
    let cores = cores(kinds)
    let pus = cores.flatMap(\.pus)
    guard pus.count == allowed.count, Set(pus) == allowed,
      Set(root.objects("PU").filter(\.isAllowed).compactMap(\.osIndex)) == allowed
    else { throw Self.contradiction(source, "some PUs are in no core or in several") }
    return Topology(
      root: root, allowedPUs: allowed.sorted(), cores: cores, quota: quota,
      offlinePUs: Self.difference(machine.pointee.complete_cpuset, machine.pointee.cpuset),
      offlineNodes: Self.difference(machine.pointee.complete_nodeset, machine.pointee.nodeset),
      memoryOnlyNodes: memoryOnlyNodes, kinds: kinds)
  }

  /// NUMA nodes that are nobody's own.
  ///
  /// hwloc gives a node without PUs (memory on an expander, beside the processors, or non-volatile) the PUs of the object
  /// that it hangs on, so that several nodes share them. Linux puts each PU into one node and numbers those first: a PU's
  /// own node is the one with the fewest PUs, and of equal ones that with the lowest number.
  private var memoryOnlyNodes: [Int] {
    let nodes = objects(HWLOC_OBJ_NUMANODE).map { node in
      (index: Int(node.pointee.os_index), pus: Self.indices(in: node.pointee.cpuset))
    }.sorted { ($0.pus.count, $0.index) < ($1.pus.count, $1.index) }
    var owned: Set<Int> = []
    return nodes.filter { node in
      let own = node.pus.filter { owned.insert($0).inserted }
      return own.isEmpty && !node.pus.isEmpty
    }.map(\.index).sorted()
  }

  private func tree(_ object: hwloc_obj_t, level: Int) throws(TopologyError) -> TopologyObject {
    guard level <= Self.mostLevels else {
      throw Self.contradiction(source, "it is nested more than \(Self.mostLevels) levels deep")
    }
    var children: [TopologyObject] = []
    for first in [object.pointee.memory_first_child, object.pointee.first_child] {
      var next = first
      while let child = next {
        children.append(try tree(child, level: level + 1))
        next = child.pointee.next_sibling
      }
    }
    let type = object.pointee.type
    let isAllowed =
      switch type {
      case HWLOC_OBJ_PU: allowed.contains(Int(object.pointee.os_index))
      case HWLOC_OBJ_NUMANODE: allowedNodes.contains(Int(object.pointee.os_index))
      default: true
      }
    return TopologyObject(
      type: String(cString: hwloc_obj_type_string(type)), logicalIndex: Int(object.pointee.logical_index),
      osIndex: Self.osIndex(object), bytes: Self.bytes(object), isAllowed: isAllowed, children: children)
  }

  private func cores(_ kinds: [Topology.Kind]) -> [Topology.Core] {
    let nodes = objects(HWLOC_OBJ_NUMANODE).filter { allowedNodes.contains(Int($0.pointee.os_index)) }
    let kindOfPU = Dictionary(
      kinds.flatMap { kind in kind.pus.map { ($0, kind.efficiency) } }, uniquingKeysWith: { first, _ in first })
    // Some systems do not say which PUs share a core: then each PU counts as one.
    let found = objects(HWLOC_OBJ_CORE)
    return (found.isEmpty ? objects(HWLOC_OBJ_PU) : found).compactMap { core -> Topology.Core? in
      let own = Self.indices(in: core.pointee.cpuset).filter(allowed.contains)
      guard let first = own.first else { return nil }
      let package = hwloc_get_ancestor_obj_by_type(handle.raw, HWLOC_OBJ_PACKAGE, core)
      return Topology.Core(
        logicalIndex: Int(core.pointee.logical_index), pus: own,
        numaNodes: nodes.filter { hwloc_bitmap_intersects($0.pointee.cpuset, core.pointee.cpuset) == 1 }
          .compactMap(Self.osIndex).sorted(),
        package: package.map { Int($0.pointee.logical_index) } ?? 0, kind: kindOfPU[first] ?? nil)
    }
  }

  /// Every object of a type, in logical order.
  func objects(_ type: hwloc_obj_type_t) -> [hwloc_obj_t] { Self.objects(type, in: handle.raw) }

  private static func objects(_ type: hwloc_obj_type_t, in topology: hwloc_topology_t) -> [hwloc_obj_t] {
    let count = max(0, hwloc_get_nbobjs_by_type(topology, type))
    return (0..<UInt32(count)).compactMap { hwloc_get_obj_by_type(topology, type, $0) }
  }

  private static func osIndex(_ object: hwloc_obj_t) -> Int? {
    object.pointee.os_index == UInt32.max ? nil : Int(object.pointee.os_index)
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

  /// OS indices of those objects that are in the set; of all where there is none.
  private static func members(of objects: [hwloc_obj_t], in set: hwloc_const_bitmap_t?) -> [Int] {
    objects.filter { object in set.map { hwloc_bitmap_isset($0, object.pointee.os_index) == 1 } ?? true }
      .map { Int($0.pointee.os_index) }
  }

  /// What a set holds up to ``highestIndex``, ascending; a set may have no end.
  static func indices(in set: hwloc_const_bitmap_t?) -> [Int] {
    guard let set else { return [] }
    var indices: [Int] = []
    var next = hwloc_bitmap_first(set)
    while next >= 0, Int(next) <= highestIndex {
      indices.append(Int(next))
      next = hwloc_bitmap_next(set, next)
    }
    return indices
  }

  /// What `whole` has beyond `part`.
  private static func difference(_ whole: hwloc_const_bitmap_t?, _ part: hwloc_const_bitmap_t?) -> [Int] {
    let present = Set(indices(in: part))
    return indices(in: whole).filter { !present.contains($0) }
  }

  private static func contradiction(_ source: TopologySource, _ what: String) -> TopologyError {
    let name =
      switch source {
      case .thisMachine: "hwloc's topology of this machine"
      case .xml(let path): path
      case .synthetic(let text): "\"\(text)\""
      }
    return TopologyError(.badSource, "\(name) contradicts itself: \(what).")
  }
}
