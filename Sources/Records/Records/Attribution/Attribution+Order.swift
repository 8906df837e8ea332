extension Attribution {
  /// Nodes by the damage that lowering them alone does, the least first: those not measured yet, the measured ones by
  /// error and, where it is equal, from the last to the first, and then those whose measuring failed.
  public var leastHarmfulFirst: [Node] {
    nodes.enumerated().sorted { left, right in
      let (a, b) = (Self.rank(left.element), Self.rank(right.element))
      if a.group != b.group { return a.group < b.group }
      return a.error != b.error ? a.error < b.error : left.offset > right.offset
    }.map(\.element)
  }

  private static func rank(_ node: Node) -> (group: Int, error: Double) {
    if let error = node.error { return (1, error) }
    return (node.failure == nil ? 0 : 2, 0)
  }
}
