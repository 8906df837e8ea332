/// Which processes may be alive at the same time.
struct ParkingRoom {
  private let settings: SweepSettings
  private var cells = 0
  private var bytes = 0
  private var instances = 0

  init(_ settings: SweepSettings) { self.settings = settings }

  /// Takes a cell's processes in if there is room; there always is for the first.
  mutating func takes(bytes more: Int, instances count: Int) -> Bool {
    let (sum, overflow) = bytes.addingReportingOverflow(more)
    if cells > 0 {
      guard cells < SuccessiveHalving.mostParked, instances + count <= settings.parkedInstances, !overflow,
        settings.parkedBytes.map({ sum <= $0 }) ?? true
      else { return false }
    }
    cells += 1
    bytes = overflow ? .max : sum
    instances += count
    return true
  }
}
