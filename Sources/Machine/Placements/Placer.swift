import Topology

/// A topology indexed for placing: made once, asked thousands of times.
public struct Placer: Sendable {
  /// Indexes a topology.
  public init(_ topology: Topology) {}

  /// The layout that a request has on this machine.
  ///
  /// A pure function of the topology and the request. Throws one sentence where the words do not parse or the machine
  /// cannot give what they ask for.
  public func layout(_ request: PlacementRequest) throws(PlacementError) -> PlacementLayout {
    throw PlacementError("Placing is not ready yet.")
  }
}
