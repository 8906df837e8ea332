/// What a meter said over time, as energy that grows: from it the energy of any window between two moments.
///
/// Counters are unwrapped, power is integrated: by trapezoids where it is that of the moment, and by rectangles where it is the
/// mean since the reading before. Between two readings energy is taken to grow evenly; how wrong that can be at the ends of a
/// window is part of its uncertainty. What was lost between two readings makes every window over it unavailable.
public struct PowerTrace: Sendable {
  /// The meter's name.
  public let source: String
  /// What it reads.
  public let traits: MeterTraits
  /// What whoever reads figures should know, in the order in which it happened.
  public private(set) var events: [PowerEvent] = []

  /// Seconds between readings: the monitor's, or what the meter wants where that is longer.
  let period: Double
  private(set) var points: [Point] = []
  private var last: [MeterSample.Value] = []
  private var rests: [CounterRest] = []

  /// A reading.
  struct Point {
    /// Its moment, nanoseconds.
    let time: Int64
    /// Half of the time that reading took, nanoseconds: how far off the moment can be.
    let blur: Int64
    /// Energy since the first reading, joules, by channel.
    let joules: [Double]
    /// Sum of the squares of what each reading since the first leaves open, joules squared: power that changed between two
    /// readings may have done so at once after the first or just before the second.
    let unseen: Double
    /// Why what happened since the reading before is not known; nil where it is.
    var lost: String?
  }

  /// A trace without readings.
  ///
  /// - Parameter period: seconds between readings, where the meter does not want more.
  public init(source: String, traits: MeterTraits, period: Double) {
    self.source = source
    self.traits = traits
    self.period = max(traits.period ?? period, period)
  }

  /// Events that are kept; a meter that fails all the time says the same again and again.
  static let eventLimit = 1000

  /// The longest time between two readings of a power meter over which its power is taken to be known, seconds.
  var longestGap: Double { max(3 * traits.updateInterval, 3 * period, 1) }

  /// Notes that something happened.
  public mutating func note(_ kind: PowerEvent.Kind, at time: Int64, _ text: String) {
    if events.last?.text == text, events.last?.kind == kind { return }
    if events.count < Self.eventLimit { events.append(PowerEvent(kind, time: time, text)) }
  }

  /// Adds a reading.
  ///
  /// - Parameters:
  ///   - begin: when the meter was asked, nanoseconds of the monitor's clock.
  ///   - end: when the answer was there.
  ///   - slept: seconds that the machine slept since the reading before.
  public mutating func add(_ sample: MeterSample, from begin: Int64, to end: Int64, slept: Double = 0) {
    let time = sample.time ?? (begin + (end - begin) / 2)
    let blur = sample.time == nil ? max((end - begin) / 2, 0) : 0
    guard sample.values.count == traits.channels.count, sample.values.allSatisfy(Self.isSound) else {
      return note(.fault, at: time, "\(source) said what makes no sense, which was left out.")
    }
    guard let previous = points.last else {
      points.append(
        Point(time: time, blur: blur, joules: Array(repeating: 0, count: traits.channels.count), unseen: 0, lost: nil))
      last = sample.values
      rests = traits.channels.map { CounterRest(since: time, longest: traits.longestRest(of: $0)) }
      return
    }
    // A stream may repeat itself.
    guard time > previous.time else { return }
    let seconds = Double(time - previous.time) / 1e9
    var joules = previous.joules
    var lost: String?
    // Counters go on counting; that power is not known then is said where it is integrated.
    if seconds > longestGap { note(.gap, at: time, gap(seconds).text) }
    if slept > Self.leastSleep {
      lost = "The machine slept for \(Self.text(slept)) s, during which nothing was read."
      note(.suspend, at: time, "The machine slept for \(Self.text(slept)) s.")
    }
    for (index, channel) in traits.channels.enumerated() {
      let (old, new) = (last[index], sample.values[index])
      switch grown(channel, from: old, to: new, seconds: seconds, blur: Double(blur + previous.blur) / 1e9) {
      case .success(let energy):
        joules[index] += energy
        guard let rest = rests[index].take(hasGrown: old != new, at: time) else { continue }
        let text = standstill(channel)
        lost = lost ?? text
        if rest.isNew {
          note(.standstill, at: time, text)
          lose(since: rest.since, text)
        }
      case .failure(let loss):
        rests[index].begin(at: time)
        lost = lost ?? loss.text
        note(loss.kind, at: time, loss.text)
      }
    }
    // What is lost is said by itself.
    let half = lost == nil ? change(to: sample.values, over: seconds, isStamped: sample.time != nil) : 0
    points.append(Point(time: time, blur: blur, joules: joules, unseen: previous.unseen + half * half, lost: lost))
    last = sample.values
  }

  /// Marks the readings from a moment on as lost.
  private mutating func lose(since time: Int64, _ text: String) {
    for index in points.indices.reversed() {
      guard points[index].time >= time else { return }
      points[index].lost = points[index].lost ?? text
    }
  }

  /// By how many joules the counted energy since the last reading may be off because the power changed meanwhile.
  ///
  /// Counters miss nothing. Power of the moment may have changed at once after the last reading or just before this one. A mean
  /// that says when it was taken misses only what is longer than it is.
  private func change(to values: [MeterSample.Value], over seconds: Double, isStamped: Bool) -> Double {
    zip(traits.channels, zip(last, values)).reduce(0) { sum, next in
      guard next.0.isCounted, case (.watts(let old), .watts(let new)) = next.1 else { return sum }
      let seen = next.0.quantity == .meanPower && isStamped ? traits.updateInterval : 0
      return sum + (new - old).magnitude * max(seconds - seen, 0) / 2
    }
  }

  private static let leastSleep = 0.05

  /// Forgets readings before a moment, but for what windows from then on need.
  public mutating func forget(before time: Int64) {
    let keep = points.firstIndex { $0.time >= time } ?? points.count
    // The edge of a window looks at its neighbourhood.
    let reach = Int64((max(traits.updateInterval, period) * 4 * 1e9).rounded())
    let first = points.firstIndex { $0.time >= time - reach } ?? keep
    let drop = max(min(first, keep) - 2, 0)
    if drop > 0 { points.removeFirst(drop) }
  }

  /// When the last reading was; nil before the first.
  public var lastTime: Int64? { points.last?.time }

  private static func isSound(_ value: MeterSample.Value) -> Bool {
    switch value {
    case .count: true
    // A megawatt is no machine.
    case .watts(let watts): watts.isFinite && watts >= 0 && watts <= 1e6
    }
  }

  private struct Loss: Error {
    let kind: PowerEvent.Kind
    let text: String
  }

  /// The energy between two readings of a channel.
  private func grown(
    _ channel: MeterTraits.Channel, from old: MeterSample.Value, to new: MeterSample.Value, seconds: Double,
    blur: Double
  ) -> Result<Double, Loss> {
    switch (channel.quantity, old, new) {
    case (.counter(let unit, let range, let mostWatts), .count(let old), .count(let new)):
      let steps = new >= old ? new - old : (range &- old) &+ new &+ 1
      let energy = Double(steps) * unit
      // Counters are updated late, and the moments of readings are blurred.
      let most = mostWatts * (seconds + blur + 2 * traits.updateInterval) + 2 * unit
      guard energy <= most else {
        return .failure(
          Loss(kind: .reset, text: "The counter \(channel.name) of \(source) began anew or jumped, so energy was lost.")
        )
      }
      guard mostWatts * seconds < energy + (Double(range) + 1) * unit else {
        return .failure(
          Loss(
            kind: .wraps,
            text:
              "\(source) was not read for \(Self.text(seconds)) s, in which its counter \(channel.name) may have wrapped more "
              + "than once."))
      }
      return .success(energy)
    case (.power, .watts(let old), .watts(let new)):
      guard seconds <= longestGap else { return .failure(gap(seconds)) }
      return .success((old + new) / 2 * seconds)
    case (.meanPower, .watts, .watts(let new)):
      guard seconds <= longestGap else { return .failure(gap(seconds)) }
      return .success(new * seconds)
    default:
      return .failure(Loss(kind: .fault, text: "\(source) gave a value of another kind for \(channel.name)."))
    }
  }

  private func gap(_ seconds: Double) -> Loss {
    Loss(kind: .gap, text: "\(source) was not read for \(Self.text(seconds)) s.")
  }

  /// A number with at most two decimals, without a locale.
  static func text(_ value: Double) -> String {
    guard value.magnitude < 1e12 else { return "\(value)" }
    let hundredths = Int((value * 100).rounded())
    let whole = hundredths / 100
    let rest = abs(hundredths % 100)
    return rest == 0 ? "\(whole)" : rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
