extension Round {
  /// The share of an instance's memory that may lie on other nodes than its policy names: stacks and tables that the kernel
  /// and the loader placed before.
  public static let tolerableElsewhere = 0.05

  /// The share of a window that threads of libraries may run outside of the placement.
  public static let tolerableStrangers = 0.01

  /// Whether threads or memory were seen elsewhere than `cell` places them: the round is no figure of its placement.
  public func isMisplaced(in cell: Cell) -> Bool {
    hasStrayedThreads(in: cell) || memoryElsewhere(in: cell) != nil || unwantedPages(in: cell) != nil
      || shareOfStrangers != nil
  }

  /// Whether a thread was seen on another CPU than its own, or was not seen at all.
  public func hasStrayedThreads(in cell: Cell) -> Bool {
    guard performance != nil else { return false }
    // Threads of a BLAS library are not of the team.
    let expected = cell.placement.instances.map { pus in
      (cell.blasThreads == nil ? pus : Array(pus.prefix(1))).map { [$0] }
    }
    return performances.map(\.observedCPUs) != expected
  }

  /// The largest share of an instance's memory that lies on other nodes than was asked for; nil where it is tolerable or not
  /// known.
  public func memoryElsewhere(in cell: Cell) -> Double? {
    zip(performances, cell.placement.memory?.nodes ?? []).compactMap { performance, nodes in
      performance.placement?.memory?.shareElsewhere(than: nodes).flatMap { $0 > Self.tolerableElsewhere ? $0 : nil }
    }.max()
  }

  /// Bytes in huge pages where none were wanted, or 0 where they were wanted and there are none; else nil.
  public func unwantedPages(in cell: Cell) -> Int? {
    guard let wanted = cell.placement.memory?.hugePages else { return nil }
    return performances.compactMap { $0.placement?.memory?.hugeBytes }.first { ($0 > 0) != wanted }
  }

  /// The largest share of a window that threads took which are not of the team and may run outside of the placement; nil
  /// where it is tolerable or not known.
  public var shareOfStrangers: Double? {
    performances.compactMap { performance in
      guard let others = performance.placement?.others, !others.unboundCPUs.isEmpty, performance.duration > 0,
        let time = others.nanoseconds
      else { return nil }
      let share = Double(time) / Double(performance.duration)
      return share > Self.tolerableStrangers ? share : nil
    }.max()
  }
}

extension ObservedPlacement.Memory {
  /// The share of the memory that lies on none of `nodes`; nil where nodes or memory are unknown.
  func shareElsewhere(than nodes: [Int]) -> Double? {
    let all = self.nodes.reduce(0.0) { $0 + Double($1.bytes) }
    guard !nodes.isEmpty, all > 0 else { return nil }
    return self.nodes.filter { !nodes.contains($0.node) }.reduce(0.0) { $0 + Double($1.bytes) } / all
  }
}
