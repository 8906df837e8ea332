/// Where each allowed PU is: asked for every thread of every layout.
struct SeatTable: Sendable {
  /// By OS index; nearly all machines number their PUs without large gaps.
  private var near: [Seat?] = []
  /// PUs whose numbers are too large for that.
  private var far: [Int: Seat] = [:]
  /// OS indices of all PUs in the table, in the order in which they came.
  private(set) var pus: [Int] = []

  /// The place of a PU.
  struct Seat: Sendable {
    /// The index of its core.
    let core: Int
    /// Its place among the core's PUs.
    let sibling: Int
  }

  /// PUs with smaller numbers are looked up without hashing.
  private static let reach = 1 << 16

  var count: Int { pus.count }

  subscript(pu: Int) -> Seat? {
    get { near.indices.contains(pu) ? near[pu] : far.isEmpty ? nil : far[pu] }
    set {
      if self[pu] == nil { pus.append(pu) }
      if (0..<Self.reach).contains(pu) {
        if pu >= near.count { near += Array(repeating: nil, count: pu + 1 - near.count) }
        near[pu] = newValue
      } else {
        far[pu] = newValue
      }
    }
  }
}
