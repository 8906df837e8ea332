import CHwloc
import CLinux
import Glibc

/// A loaded hwloc topology; the only place that calls the library's life-cycle functions.
struct HwlocHandle: ~Copyable {
  let raw: hwloc_topology_t

  /// The largest number of PUs that a synthetic description may have; hwloc itself would take memory without limit.
  static let mostSyntheticPUs = 1 << 14

  /// The largest XML file that is handed to hwloc; 1,000 PUs take about 1 MB.
  static let longestXML = 64 << 20

  /// Loads a topology, with the PUs and NUMA nodes that this process may not use still in the tree.
  init(source: TopologySource) throws(TopologyError) {
    var made: hwloc_topology_t?
    guard hwloc_topology_init(&made) == 0, let made else {
      throw TopologyError(.unavailable, "hwloc could not start: \(Self.reason(errno)).")
    }
    do throws(TopologyError) {
      try Self.load(made, from: source)
    } catch {
      hwloc_topology_destroy(made)
      throw error
    }
    raw = made
  }

  deinit { hwloc_topology_destroy(raw) }

  private static func load(_ topology: hwloc_topology_t, from source: TopologySource) throws(TopologyError) {
    hwloc_topology_set_flags(topology, UInt(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED.rawValue))
    hwloc_topology_set_cache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL)
    hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL)
    hwloc_topology_set_type_filter(topology, HWLOC_OBJ_MEMCACHE, HWLOC_TYPE_FILTER_KEEP_ALL)
    switch source {
    case .thisMachine:
      guard hwloc_topology_load(topology) == 0 else {
        throw TopologyError(.unavailable, "hwloc could not read this machine's topology: \(reason(errno)).")
      }
      guard hwloc_topology_is_thissystem(topology) == 1 else {
        throw TopologyError(
          .unavailable,
          "hwloc describes another machine than this one: unset HWLOC_XMLFILE, HWLOC_SYNTHETIC and HWLOC_FSROOT.")
      }
    case .xml(let path):
      try checkXML(path)
      guard hwloc_topology_set_xml(topology, path) == 0, hwloc_topology_load(topology) == 0 else {
        throw TopologyError(
          .badSource, "\(path) is not a topology that hwloc can read: it should be the output of `lstopo --of xml`.")
      }
    case .synthetic(let text):
      guard isBounded(synthetic: text), hwloc_topology_set_synthetic(topology, text) == 0,
        hwloc_topology_load(topology) == 0
      else {
        throw TopologyError(
          .badSource,
          "\"\(text)\" is not a synthetic topology of at most \(mostSyntheticPUs) PUs: "
            + "it should be like \"package:2 core:4 pu:2\".")
      }
    }
  }

  /// Refuses what is not a plain file of a sensible size, which hwloc would wait for or read whole.
  private static func checkXML(_ path: String) throws(TopologyError) {
    // hwloc takes "-" for standard input.
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else {
      throw TopologyError(.badSource, "\(path) cannot be read: \(reason(path == "-" ? ENOENT : errno)).")
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= longestXML else {
      throw TopologyError(
        .badSource, "\(path) is not a topology file: it should be a plain file of at most \(longestXML >> 20) MiB.")
    }
  }

  /// Whether the product of all counts in a description stays small. What stands in parentheses are sizes, not counts.
  private static func isBounded(synthetic text: String) -> Bool {
    var isSize = false
    let counts = text.filter { character in
      // Not nested: hwloc too ends them at the first closing one.
      if character == "(" { isSize = true }
      if character == ")" { isSize = false }
      return !isSize
    }
    var product = 1
    for number in counts.split(whereSeparator: { !$0.isNumber }) {
      guard let count = Int(number) else { return false }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(1, count))
      if overflow || next > mostSyntheticPUs { return false }
      product = next
    }
    return true
  }

  /// The system's words for an error number.
  private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
