import Energy

extension MonitorAccount {
  /// What reading the meters cost and where it was done, as a sentence; nil where nothing was read.
  var sentence: String? {
    guard readings > 0 else { return nil }
    let cost = "\(Figure.counted(readings, "reading")) cost \(Figure.percent(share, decimals: 2)) of one core"
    guard !pus.isEmpty else { return "\(cost), on PUs that were measured, as there are no others." }
    let place = "on PU \(pus.map(String.init).joined(separator: ", "))"
    return isApart
      ? "\(cost), \(place), outside of what was measured."
      : "\(cost), \(place); where a cell had every PU, it shared one with them."
  }
}
