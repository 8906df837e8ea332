import Records

extension Sequence<Round> {
  /// One value a process, in the order in which processes appear: the mean over the rounds that it measured. Rounds of
  /// one process share its memory and its placement, so their scatter says nothing about another process.
  func meansOfProcesses(_ value: (Round) -> Double?) -> [Double] {
    compactMap { round in value(round).map { (round.process, $0) } }.meansOfProcesses()
  }
}

extension Sequence<(Int?, Double)> {
  /// The mean of each process's values, in the order in which processes appear; values without one stand for themselves.
  func meansOfProcesses() -> [Double] {
    var values: [(process: Int?, values: [Double])] = []
    for (process, next) in self {
      if let process, let index = values.firstIndex(where: { $0.process == process }) {
        values[index].values.append(next)
      } else {
        values.append((process, [next]))
      }
    }
    return values.map { $0.values.reduce(0, +) / Double($0.values.count) }
  }
}
