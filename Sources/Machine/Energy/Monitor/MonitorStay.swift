/// Where the threads that read meters may be, and where they have been.
struct MonitorStay: Hashable {
  /// PUs (OS index) outside of what was measured that they were sent to.
  private(set) var spare: Set<Int> = []
  /// Whether there always was such a PU.
  private(set) var isApart = true
  private let cores: [[Int]]

  /// - Parameter cores: where they may be, the PUs of each core; empty for wherever the system likes.
  init(_ cores: [[Int]]) { self.cores = cores }

  /// Where they are to be while something is measured: on a core of their own, else beside a measured thread on its core,
  /// else anywhere.
  mutating func pus(outside measured: Set<Int>) -> [Int] {
    let own = cores.last { !$0.isEmpty && measured.isDisjoint(with: $0) }?.last
    guard let pu = own ?? cores.joined().filter({ !measured.contains($0) }).last else {
      isApart = false
      return cores.flatMap { $0 }
    }
    spare.insert(pu)
    return [pu]
  }
}
