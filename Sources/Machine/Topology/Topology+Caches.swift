extension Topology {
  /// A cache that holds data, and who of the given PUs shares it.
  public struct DataCache: Hashable, Sendable {
    /// 1 for the innermost.
    public let level: Int
    /// Its size, below 2^40.
    public let bytes: Int
    /// OS indices of the PUs.
    public let users: [Int]
  }

  /// The data caches with known sizes above any of `pus`. Instruction caches do not count, and sizes that cannot be are
  /// left out.
  public func dataCaches(of pus: [Int]) -> [DataCache] { Self.dataCaches(below: root, of: Set(pus)) }

  private static func dataCaches(below object: TopologyObject, of used: Set<Int>) -> [DataCache] {
    let found = object.children.flatMap { dataCaches(below: $0, of: used) }
    guard object.type.hasPrefix("L"), object.type.hasSuffix("Cache"),
      let level = Int(object.type.dropFirst().dropLast("Cache".count)), let bytes = object.bytes, bytes > 0,
      bytes < 1 << 40
    else { return found }
    let users = object.pus.filter(used.contains)
    return users.isEmpty ? found : found + [DataCache(level: level, bytes: Int(bytes), users: users)]
  }
}
