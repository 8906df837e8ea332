/// Which of several things are not beaten: none is at least as good in both respects and better in one.
enum ParetoFront {
  /// Whether each point is on the front of those with the least `cost` and the least `error`; nil is on none.
  ///
  /// Equal points are on the front together.
  static func marks(_ points: [(cost: Double, error: Double)?]) -> [Bool] {
    points.map { point in
      guard let point else { return false }
      return !points.contains { other in
        guard let other, other.cost <= point.cost, other.error <= point.error else { return false }
        return other.cost < point.cost || other.error < point.error
      }
    }
  }
}
