import CHwloc
import CTopologyImport
import Glibc
import Synchronization

/// A loaded hwloc topology; the only place that calls the library's life-cycle functions.
struct HwlocHandle: ~Copyable {
  let raw: hwloc_topology_t

  /// The largest number of PUs that a synthetic description may have; hwloc itself would take memory without limit.
  static let mostSyntheticPUs = 1 << 12

  /// The largest XML file that is handed to hwloc; 1,000 PUs take about 1 MB.
  static let longestXML = 16 << 20

  /// Held wherever the library is entered: its process of its own must not be started while another thread is inside.
  private static let entrance = Mutex(())

  /// A topology that is never loaded and never destroyed: with the last one hwloc would unload its plugins, and with the
  /// next load them again.
  private static let keeper: Address? = {
    var made: hwloc_topology_t?
    guard hwloc_topology_init(&made) == 0 else { return nil }
    return made.map { Address(raw: $0) }
  }()

  /// Loads a topology, with the PUs and NUMA nodes that this process may not use still in the tree.
  init(source: TopologySource) throws(TopologyError) {
    let loaded = Self.entrance.withLock { _ -> Result<Address, TopologyError> in
      _ = Self.keeper
      do throws(TopologyError) {
        return .success(
          Address(raw: try Self.made { topology throws(TopologyError) in try Self.load(topology, from: source) }))
      } catch {
        return .failure(error)
      }
    }
    raw = try loaded.get().raw
  }

  deinit {
    let address = Address(raw: raw)
    Self.entrance.withLock { _ in hwloc_topology_destroy(address.raw) }
  }

  /// A topology whose one owner is the handle, on its way out of the lock.
  private struct Address: @unchecked Sendable { let raw: hwloc_topology_t }

  /// An initialised topology after `work`, destroyed where that throws.
  private static func made(
    _ work: (hwloc_topology_t) throws(TopologyError) -> Void
  ) throws(TopologyError) -> hwloc_topology_t {
    var made: hwloc_topology_t?
    guard hwloc_topology_init(&made) == 0, let made else {
      throw TopologyError(.unavailable, "hwloc could not start: \(reason(errno)).")
    }
    hwloc_topology_set_flags(made, UInt(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED.rawValue))
    hwloc_topology_set_cache_types_filter(made, HWLOC_TYPE_FILTER_KEEP_ALL)
    hwloc_topology_set_icache_types_filter(made, HWLOC_TYPE_FILTER_KEEP_ALL)
    hwloc_topology_set_type_filter(made, HWLOC_OBJ_MEMCACHE, HWLOC_TYPE_FILTER_KEEP_ALL)
    do throws(TopologyError) {
      try work(made)
    } catch {
      hwloc_topology_destroy(made)
      throw error
    }
    return made
  }

  private static func load(_ topology: hwloc_topology_t, from source: TopologySource) throws(TopologyError) {
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
      try load(
        topology, path: path, synthetic: nil, what: path, isNot: "a topology that hwloc can read",
        hint: "it should be the output of `lstopo --of xml`")
    case .synthetic(let text):
      let (what, isNot) = ("\"\(text)\"", "a synthetic topology of at most \(mostSyntheticPUs) PUs")
      let hint = "it should be like \"package:2 core:4 pu:2\""
      guard isBounded(synthetic: text) else { throw TopologyError(.badSource, "\(what) is not \(isNot): \(hint).") }
      try load(topology, path: nil, synthetic: text, what: what, isNot: isNot, hint: hint)
    }
  }

  /// Loads what hwloc, in a process of its own, has made of a description from outside.
  private static func load(
    _ topology: hwloc_topology_t, path: String?, synthetic: String?, what: String, isNot: String, hint: String
  ) throws(TopologyError) {
    var imported = ctopology_import()
    let spare = try made { _ throws(TopologyError) in }
    let outcome = ctopology_import(topology, spare, path, synthetic, &imported)
    hwloc_topology_destroy(spare)
    defer { free(imported.text) }
    switch outcome {
    case Int32(CTOPOLOGY_READ.rawValue):
      guard let length = Int32(exactly: imported.length),
        hwloc_topology_set_xmlbuffer(topology, imported.text, length) == 0, hwloc_topology_load(topology) == 0
      else { throw TopologyError(.badSource, "\(what) is not \(isNot): \(hint).") }
    case Int32(CTOPOLOGY_REFUSED.rawValue): throw TopologyError(.badSource, "\(what) is not \(isNot): \(hint).")
    case Int32(CTOPOLOGY_DIED.rawValue):
      let how = imported.signal == 0 ? "" : " (signal \(imported.signal))"
      throw TopologyError(.badSource, "\(what) makes hwloc fail\(how): \(hint).")
    default:
      throw TopologyError(
        .unavailable, "\(what) cannot be read, because no process can be started for it: \(reason(-outcome)).")
    }
  }

  /// Refuses what is not a plain file of a sensible size, which hwloc would wait for or read whole.
  private static func checkXML(_ path: String) throws(TopologyError) {
    // hwloc takes "-" for standard input.
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else {
      throw TopologyError(.notFound, "\(path) cannot be read: \(reason(path == "-" ? ENOENT : errno)).")
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= longestXML else {
      throw TopologyError(
        .badSource, "\(path) is not a topology file: it should be a plain file of at most \(longestXML >> 20) MiB.")
    }
  }

  /// Whether the product of all counts in a description stays small. What stands in parentheses are sizes, not counts,
  /// and a number behind a letter is a part of a type's name, as in `l3`.
  private static func isBounded(synthetic text: String) -> Bool {
    var isSize = false
    var isName = false
    let counts = text.map { character -> Character in
      // Not nested: hwloc too ends them at the first closing one.
      if character == "(" { isSize = true }
      if character == ")" { isSize = false }
      isName = character.isLetter || (isName && character.isNumber)
      return isSize || isName ? " " : character
    }
    var product = 1
    for number in counts.split(whereSeparator: { !$0.isNumber }) {
      guard let count = Int(String(number)) else { return false }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(1, count))
      if overflow || next > mostSyntheticPUs { return false }
      product = next
    }
    return true
  }

  /// The system's words for an error number.
  private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
