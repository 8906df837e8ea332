import Energy
import Testing

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

  /// Watts at a moment.
  func watts(_ time: Double) -> Double {
    let pieces = Array(zip(points, points.dropFirst()))
    guard let (from, to) = pieces.last(where: { $0.0.seconds <= time && $0.0.seconds < $0.1.seconds }) else {
      return points[0].watts
    }
    return from.watts + (to.watts - from.watts) * min((time - from.seconds) / (to.seconds - from.seconds), 1)
  }

  /// What a device shows that averages over an interval and shows that over the next one, in watts.
  func shown(_ time: Double, every interval: Double) -> Double {
    let update = (time / interval).rounded(.down) * interval
    guard update >= interval else { return points.first?.watts ?? 0 }
    return (joules(update) - joules(update - interval)) / interval
  }

  /// Seconds of the curve: over the step, after it, falling, even again; all of it. Those that end at the step are left out:
  /// what a device shows once a second tells them to 120 J, which is a tenth of them.
  static let windows = [
    (2.5, 22.5), (5, 25), (12.34, 32.34), (19.9, 39.9), (20, 40), (24.7, 44.7), (35, 55), (50.01, 70.01), (61.7, 81.7),
    (1, 89),
  ]

  /// Expects the joules of each window within the uncertainty that is stated, which is small.
  ///
  /// - Parameters:
  ///   - share: the uncertainty is to be below this share of the joules.
  ///   - energy: what the meter says of the time between two moments, nanoseconds from the start of the curve.
  func expect(below share: Double = 0.1, _ energy: (_ from: Int64, _ to: Int64) -> EnergyReading) throws {
    let slowness = seconds / Self.step.seconds
    for (from, to) in Self.windows.map({ ($0 * slowness, $1 * slowness) }) {
      let truth = joules(to) - joules(from)
      let reading = energy(Int64((from * 1e9).rounded()), Int64((to * 1e9).rounded()))
      let told = try #require(reading.measured, "\(reading)")
      let (error, open) = (abs(told.joules - truth), told.uncertaintyJoules)
      #expect(error <= open + 1e-6, "\(from) to \(to): \(told.joules) of \(truth)")
      #expect(open < share * truth, "\(from) to \(to): \(open) of \(truth)")
    }
  }
}
