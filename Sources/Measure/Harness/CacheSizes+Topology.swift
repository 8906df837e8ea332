import Engines
import Topology

extension CacheSizes {
  /// The caches of threads that run on `pus`: the least share of a core in a second-level cache among them, and the least of
  /// their last-level caches, each of which holds what all of its threads read.
  ///
  /// How many threads there are makes no difference, because what is computed how must not depend on it. Sizes that the
  /// topology does not know, or not for every thread, are ``typical``.
  public init(of pus: [Int], in topology: Topology?) {
    let caches = topology?.dataCaches(of: topology?.allowedPUs ?? []) ?? []
    func least(_ level: Int, _ bytes: (Topology.DataCache) -> Int) -> Int? {
      let members = caches.filter { $0.level == level && !Set($0.users).isDisjoint(with: pus) }
      guard Set(members.flatMap(\.users)).isSuperset(of: pus) else { return nil }
      return members.map(bytes).min()
    }
    func cores(_ cache: Topology.DataCache) -> Int {
      (topology?.cores ?? []).filter { !Set($0.pus).isDisjoint(with: cache.users) }.count
    }
    let last = caches.map(\.level).filter { $0 > 2 }.max()
    let own = least(2) { $0.bytes / max(cores($0), 1) } ?? Self.typical.own
    self.init(own: own, shared: last.flatMap { least($0, \.bytes) } ?? Self.typical.shared)
  }
}
