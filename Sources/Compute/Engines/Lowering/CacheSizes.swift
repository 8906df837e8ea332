/// The data caches that work is cut for, in bytes.
public struct CacheSizes: Hashable, Sendable {
  /// What one thread has of its second-level cache.
  public let own: Int
  /// The last-level cache that threads share.
  public let shared: Int

  /// Makes sizes; what cannot be is taken for the nearest that can.
  public init(own: Int, shared: Int) {
    self.own = min(max(own, Self.least), Self.most)
    self.shared = min(max(shared, self.own), Self.most)
  }

  /// Those of a server core of the last years, for machines that do not tell.
  public static let typical = CacheSizes(own: 1 << 20, shared: 32 << 20)

  /// Blocks for smaller caches would be smaller than a register tile wants.
  private static let least = 64 << 10
  private static let most = 1 << 40
}
