/// Short names for cells: ids without the parts that all of them have.
struct CellNames {
  /// The parts that all ids have, joined; empty where there is none.
  let common: String
  private let shown: Set<Int>?

  /// Looks for what the ids have in common: parts at the same place, where all ids have as many. The workload at their beginning
  /// always stays, and so does what says that a cell compares outputs.
  init(_ ids: [String]) {
    let parts = ids.map { $0.split(separator: "/", omittingEmptySubsequences: false) }
    guard let first = parts.first, parts.allSatisfy({ $0.count == first.count }) else {
      (common, shown) = ("", nil)
      return
    }
    let alike = first.indices.filter { index in
      index > 0 && first[index] != "fidelity" && parts.allSatisfy { $0[index] == first[index] }
    }
    common = alike.map { String(first[$0]) }.joined(separator: "/")
    shown = Set(first.indices).subtracting(alike)
  }

  /// The name of one of the ids.
  func name(_ id: String) -> String {
    guard let shown else { return id }
    return id.split(separator: "/", omittingEmptySubsequences: false).enumerated().filter { shown.contains($0.offset) }
      .map { String($0.element) }.joined(separator: "/")
  }
}
