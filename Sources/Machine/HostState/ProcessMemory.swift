import Topology

/// Where the private memory of this process lies: on which NUMA nodes, and how much of it in huge pages.
public struct ProcessMemory: Hashable, Sendable {
  /// Resident bytes by node (OS index) of mappings that belong to no file.
  public let nodes: [Int: Int]
  /// Bytes in transparent huge pages; nil where the kernel does not say.
  public let hugeBytes: Int?

  /// Makes a description from its parts.
  public init(nodes: [Int: Int], hugeBytes: Int?) {
    self.nodes = nodes
    self.hugeBytes = hugeBytes
  }

  /// Reads it below `root`; nil where the kernel has no /proc/PID/numa_maps.
  ///
  /// Each line is a mapping: `ADDRESS POLICY [file=PATH] ... N0=PAGES N1=PAGES kernelpagesize_kB=4`. Mappings of files are
  /// left out: their pages lie where whoever read them first was. Source: numa(7). Takes time in proportion to the memory:
  /// not for the measured path.
  public static func read(root: String = "/") -> ProcessMemory? {
    let files = SystemFiles(root: root)
    guard let maps = files.text("/proc/self/numa_maps") else { return nil }
    var nodes: [Int: Int] = [:]
    for line in maps.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      guard !words.contains(where: { $0.hasPrefix("file=") }),
        let size = words.last(where: { $0.hasPrefix("kernelpagesize_kB=") }).flatMap({ Int($0.dropFirst(18)) }),
        (1...(1 << 24)).contains(size)
      else { continue }
      for word in words where word.first == "N" {
        let parts = word.dropFirst().split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let node = Int(parts[0]), (0..<4096).contains(node), let pages = Int(parts[1]),
          (0...(1 << 38)).contains(pages)
        else { continue }
        let (sum, overflow) = nodes[node, default: 0].addingReportingOverflow(pages * size * 1024)
        nodes[node] = overflow ? .max : sum
      }
    }
    let huge = files.value("AnonHugePages", in: "/proc/self/smaps_rollup")
    return ProcessMemory(nodes: nodes, hugeBytes: huge.flatMap { (0..<(1 << 50)).contains($0) ? $0 * 1024 : nil })
  }
}
