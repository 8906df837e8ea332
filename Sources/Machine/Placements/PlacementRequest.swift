/// What is asked for: words of the placement language and, where the words leave them open, counts.
///
/// The language is described in docs/placement.md.
public struct PlacementRequest: Codable, Hashable, Sendable {
  /// Words, for example `compact`, `per-llc,no-smt`, `S0:0-3@S1:0-3` or `0,2-5`.
  public var words: String
  /// How many instances in all (with `per-` words dealt out evenly over the groups), or nil for as many as the words say.
  public var instances: Int?
  /// Threads of each instance, or nil for as many as the words say.
  public var threads: Int?
  /// Whether more threads than PUs may be placed; they then share PUs.
  public var oversubscribe: Bool

  /// Makes a request.
  public init(words: String = "compact", instances: Int? = nil, threads: Int? = nil, oversubscribe: Bool = false) {
    self.words = words
    self.instances = instances
    self.threads = threads
    self.oversubscribe = oversubscribe
  }
}
