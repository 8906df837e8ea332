extension PowerTrace {
  /// The energy of a window.
  ///
  /// Unavailable, with a reason, where the window is longer than what was read, where something was lost within it, where a
  /// counter stood still, and where it is too short for the meter.
  ///
  /// - Parameters:
  ///   - begin: nanoseconds of the monitor's clock.
  ///   - end: the same.
  public func energy(from begin: Int64, to end: Int64) -> EnergyReading {
    let (length, overflow) = end.subtractingReportingOverflow(begin)
    guard !overflow, length > 0 else {
      return .unavailable(reason: "The window has no length, so no energy can be told.")
    }
    let seconds = Double(length) / 1e9
    guard let first = points.first, let last = points.last else { return .unavailable(reason: whyNothing) }
    guard first.time <= begin, last.time >= end else {
      let missing = Double(max(first.time - begin, end - last.time)) / 1e9
      return .unavailable(
        reason: "\(source) was not read for \(Self.text(missing)) s of the window\(faultClause(from: begin, to: end)).")
    }
    let least = leastWindow
    guard seconds >= least else {
      return .unavailable(
        reason: "The window of \(Self.text(seconds * 1000)) ms is too short for \(source), which has a new value every "
          + "\(Self.text(traits.updateInterval * 1000)) ms; measure for \(Self.text(least * 1100)) ms or longer.")
    }
    // At a reading itself, a window begins with what came after it and ends with what came before.
    let (left, right) = (firstIndex(after: begin), firstIndex(after: end - 1))
    if let lost = points[left...right].first(where: { $0.lost != nil })?.lost { return .unavailable(reason: lost) }
    let edges = (begin: edge(at: begin, before: left), end: edge(at: end, before: right))
    let joules = zip(edges.begin.joules, edges.end.joules).map { $1 - $0 }
    for (channel, energy) in zip(traits.channels, joules) where channel.isCounted && energy <= 0 {
      return .unavailable(reason: standstill(channel, seconds))
    }
    let domains = zip(traits.channels, joules).map {
      (channel: $0, domain: MeasuredEnergy.Domain(name: $0.name, joules: $1))
    }
    let total = domains.filter(\.channel.isCounted).reduce(0) { $0 + $1.domain.joules }
    let unseen = max(points[right].unseen - points[left - 1].unseen, 0).squareRoot()
    guard total >= Self.leastWatts * seconds else {
      return .unavailable(
        reason: "\(source) says less than 1 mW, which no running machine draws, so it does not work here.")
    }
    let resting = resting(from: begin, to: end, joules: edges.begin.joules, left...right)
    let uncertainty = unseen + resting + uncertainty(edges.begin, edges.end, joules: total, seconds: seconds)
    guard uncertainty < total else {
      return .unavailable(
        reason: "The window of \(Self.text(seconds)) s is too short for \(source): its uncertainty is as large as the "
          + "energy.")
    }
    let parts = domains.filter { !$0.channel.isCounted }.map(\.domain)
    return .measured(
      MeasuredEnergy(
        source: source, domains: domains.filter(\.channel.isCounted).map(\.domain), seconds: seconds,
        uncertaintyJoules: uncertainty, parts: parts.isEmpty ? nil : parts))
  }

  /// Less is no machine, watts.
  private static let leastWatts = 1e-3

  /// What counters that did not grow any more at the end of a window may have missed: they may have stopped, but not for so long
  /// that it is sure. As much as they counted before in the same time, beyond a step.
  private func resting(from begin: Int64, to end: Int64, joules: [Double], _ readings: ClosedRange<Int>) -> Double {
    traits.channels.indices.reduce(0) { sum, index in
      let channel = traits.channels[index]
      guard channel.isCounted, case .counter = channel.quantity,
        let grown = readings.last(where: { points[$0].joules[index] > points[$0 - 1].joules[index] }),
        points[grown].time > begin, points[grown].time < end
      else { return sum }
      let watts = (points[grown].joules[index] - joules[index]) / Double(points[grown].time - begin)
      return sum + max(watts * Double(end - points[grown].time) - channel.resolution, 0)
    }
  }

  /// The shortest window that the meter can say anything about, seconds: two of its updates.
  public var leastWindow: Double { 2 * traits.updateInterval }

  /// What happened within a window.
  public func events(from begin: Int64, to end: Int64) -> [PowerEvent] {
    events.filter { $0.time >= begin && $0.time <= end }
  }

  private var whyNothing: String { events.last { $0.kind == .fault }?.text ?? "\(source) was not read." }

  private func faultClause(from begin: Int64, to end: Int64) -> String {
    guard let fault = events.last(where: { $0.kind == .fault && $0.time >= begin - 1_000_000_000 }) else { return "" }
    return ": \(fault.text.hasSuffix(".") ? String(fault.text.dropLast()) : fault.text)"
  }

  private func standstill(_ channel: MeterTraits.Channel, _ seconds: Double) -> String {
    guard case .counter = channel.quantity else {
      return "\(source) says 0 W of \(channel.name), which no running machine draws, so it does not work here."
    }
    return seconds > traits.longestRest(of: channel)
      ? standstill(channel)
      : "The window is shorter than the counter \(channel.name) of \(source) needs to advance; measure for longer."
  }

  /// Why energy is not known where a counter stopped.
  func standstill(_ channel: MeterTraits.Channel) -> String {
    "The counter \(channel.name) of \(source) did not advance for more than "
      + "\(Self.text(traits.longestRest(of: channel))) s, so it does not work here, or not all the time."
  }

  /// A moment between two readings.
  struct Edge {
    /// Energy up to it, by channel.
    let joules: [Double]
    /// How far off the sum of the counted ones can be because power was not even between the readings, joules.
    let spread: Double
    /// The least and the greatest power around it, watts.
    let watts: ClosedRange<Double>
    /// How far off the readings' own moments can be, seconds.
    let blur: Double
  }

  /// Interpolates between a reading and the one before it.
  private func edge(at time: Int64, before right: Int) -> Edge {
    let (a, b) = (points[right - 1], points[right])
    let length = Double(b.time - a.time) / 1e9
    let share = Double(time - a.time) / Double(b.time - a.time)
    let joules = zip(a.joules, b.joules).map { $0 + ($1 - $0) * share }
    let reach = Int64((max(traits.updateInterval, length) * 1e9).rounded())
    let watts = powerRange(around: right, from: time - reach, to: time + reach)
    // The energy before the moment can be as little and as much as the powers around it and the sum of both sides allow.
    let energy = counted(b) - counted(a)
    let (before, after) = (share * length, (1 - share) * length)
    let least = max(watts.lowerBound * before, energy - watts.upperBound * after)
    let most = min(watts.upperBound * before, energy - watts.lowerBound * after)
    let spread = max(most - share * energy, share * energy - least, 0)
    return Edge(joules: joules, spread: spread, watts: watts, blur: Double(max(a.blur, b.blur)) / 1e9)
  }

  /// The mean powers between readings around one of them.
  private func powerRange(around index: Int, from begin: Int64, to end: Int64) -> ClosedRange<Double> {
    func power(_ right: Int) -> Double {
      (counted(points[right]) - counted(points[right - 1]))
        / (Double(points[right].time - points[right - 1].time) / 1e9)
    }
    var (least, most) = (power(index), power(index))
    func take(_ right: Int) {
      let watts = power(right)
      (least, most) = (min(least, watts), max(most, watts))
    }
    var left = index - 1
    while left >= 1, points[left].time > begin, points[left].lost == nil {
      take(left)
      left -= 1
    }
    var right = index + 1
    while right < points.count, points[right - 1].time < end, points[right].lost == nil {
      take(right)
      right += 1
    }
    return least...most
  }

  private func counted(_ point: Point) -> Double {
    zip(traits.channels, point.joules).reduce(0) { $0 + ($1.0.isCounted ? $1.1 : 0) }
  }

  /// The first reading after a moment.
  private func firstIndex(after time: Int64) -> Int {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Half of the interval in which the energy lies: what interpolation at both ends leaves open, how old values can be,
  /// the steps of the values, and what the meter says of itself; all but what polled power leaves open within the window.
  private func uncertainty(_ begin: Edge, _ end: Edge, joules: Double, seconds: Double) -> Double {
    let steps = traits.channels.filter(\.isCounted).reduce(0.0) { sum, channel in
      if case .counter = channel.quantity { return sum + channel.resolution }
      return sum + channel.resolution / 2 * seconds
    }
    let isCounter = traits.channels.contains { if case .counter = $0.quantity { true } else { false } }
    // A counter may lack up to one update at either end; a power that is late by an update moves the whole window.
    let age =
      isCounter
      ? traits.updateInterval * (begin.watts.upperBound + end.watts.upperBound)
      : traits.updateInterval
        * max(end.watts.upperBound - begin.watts.lowerBound, begin.watts.upperBound - end.watts.lowerBound, 0)
    let blur = begin.blur * begin.watts.upperBound + end.blur * end.watts.upperBound
    return begin.spread + end.spread + age + blur + steps + traits.relativeError * joules
  }
}
