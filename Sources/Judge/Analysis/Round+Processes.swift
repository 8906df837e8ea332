import Records

extension Sequence<Round> {
  /// One value a process, in the order in which processes appear: the mean over the rounds that it measured. Rounds of
  /// one process share its memory and its placement, so their scatter says nothing about another process.
  func meansOfProcesses(_ value: (Round) -> Double?) -> [Double] {
    var values: [(process: Int?, values: [Double])] = []
    for round in self {
      guard let next = value(round) else { continue }
      if let process = round.process, let index = values.firstIndex(where: { $0.process == process }) {
        values[index].values.append(next)
      } else {
        values.append((round.process, [next]))
      }
    }
    return values.map { $0.values.reduce(0, +) / Double($0.values.count) }
  }
}
