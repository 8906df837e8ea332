/// A power that was recorded over time, as straight pieces, and its energy.
struct RecordedCurve: Sendable {
  /// Seconds from the start, and watts; a step is two points of the same time.
  let points: [(seconds: Double, watts: Double)]

  /// 60 W, a step to 180 W, a ramp back over 30 s.
  static let step = RecordedCurve(points: [(0, 60), (20, 60), (20, 180), (40, 180), (70, 60), (90, 60)])

  /// The same at another speed.
  func slowed(_ factor: Double) -> RecordedCurve {
    RecordedCurve(points: points.map { ($0.seconds * factor, $0.watts) })
  }

  /// Its length in seconds.
  var seconds: Double { points.last?.seconds ?? 0 }

  /// Joules from the start.
  func joules(_ time: Double) -> Double {
    var sum = 0.0
    for (from, to) in zip(points, points.dropFirst()) where from.seconds < min(time, to.seconds) {
      let end = min(time, to.seconds)
      let watts = from.watts + (to.watts - from.watts) * (end - from.seconds) / (to.seconds - from.seconds)
      sum += (from.watts + watts) / 2 * (end - from.seconds)
    }
    return sum
  }

  /// What a device shows that averages over an interval and shows that over the next one, in watts.
  func shown(_ time: Double, every interval: Double) -> Double {
    let update = (time / interval).rounded(.down) * interval
    guard update >= interval else { return points.first?.watts ?? 0 }
    return (joules(update) - joules(update - interval)) / interval
  }
}
