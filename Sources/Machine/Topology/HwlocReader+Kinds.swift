import CHwloc

extension HwlocReader {
  /// The longest name of a kind that is kept.
  private static let longestName = 40

  /// The kinds of cores; none where hwloc knows fewer than two.
  func kinds() -> [Topology.Kind] {
    let pus = Set(objects(HWLOC_OBJ_PU).map { Int($0.pointee.os_index) })
    guard let set = hwloc_bitmap_alloc() else { return [] }
    defer { hwloc_bitmap_free(set) }
    let found = (0..<UInt32(max(0, hwloc_cpukinds_get_nr(handle.raw, 0)))).compactMap { index -> Topology.Kind? in
      var efficiency: Int32 = -1
      var count: UInt32 = 0
      var infos: UnsafeMutablePointer<hwloc_info_s>?
      guard hwloc_cpukinds_get_info(handle.raw, index, set, &efficiency, &count, &infos, 0) == 0 else { return nil }
      let own = Self.indices(in: set).filter(pus.contains)
      func info(_ name: String) -> String? {
        guard let infos else { return nil }
        return UnsafeBufferPointer(start: infos, count: Int(count)).first { String(cString: $0.name) == name }
          .map { String(cString: $0.value) }
      }
      return own.isEmpty
        ? nil
        : Topology.Kind(
          index: Int(index), efficiency: efficiency < 0 ? nil : Int(efficiency), role: nil,
          name: info("CoreType").map { String($0.prefix(Self.longestName)) },
          maxMegahertz: info("FrequencyMaxMHz").flatMap { Int($0) }, pus: own)
    }
    // One kind alone says nothing.
    guard found.count > 1 else { return [] }
    let classes = found.compactMap(\.efficiency)
    return found.map { kind in
      Topology.Kind(
        index: kind.index, efficiency: kind.efficiency, role: Self.role(kind.efficiency, among: classes),
        name: kind.name, maxMegahertz: kind.maxMegahertz, pus: kind.pus)
    }
  }

  private static func role(_ efficiency: Int?, among classes: [Int]) -> Topology.Kind.Role? {
    guard let efficiency, let least = classes.min(), let most = classes.max(), least < most else { return nil }
    return efficiency == most ? .performance : efficiency == least ? .efficiency : .intermediate
  }
}
