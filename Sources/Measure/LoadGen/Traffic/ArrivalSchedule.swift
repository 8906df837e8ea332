import Glibc

/// When the queries of the Server scenario are due, one after the other for as long as somebody asks.
///
/// - Poisson: as LoadGen has it, the first query at 0, then gaps of -ln(1 - u) / rate seconds, each truncated to whole
///   nanoseconds before it is added.
/// - Constant, burst: the k-th instant is k / rate, and `size` / rate apart for bursts; each is computed anew, so that
///   rounding does not add up.
/// - Ramp: a Poisson process whose rate changes, by inversion (Çinlar, Introduction to Stochastic Processes, 1975): arrivals
///   of a process of rate 1 are taken through the inverse of the integrated rate. Its first query is at 0 too.
/// - Replay: the instants of the trace.
public struct ArrivalSchedule: Sendable {
  private let shape: ArrivalShape
  /// Queries a nanosecond and a second.
  private let rate: Double
  private var generator: MersenneTwister
  private var issued = 0
  private var last: Int64 = 0
  /// Ramp: the integrated rate at the last arrival.
  private var integral = 0.0

  /// Starts the schedule of effective settings, whose rate is positive.
  public init(settings: TestSettings) {
    shape = settings.arrivals
    rate = settings.targetQPS ?? 1
    generator = MersenneTwister(seed: settings.seeds.schedule)
  }

  /// When the next query is due, nanoseconds from the start and never before the one before it; nil when a replayed trace is
  /// over.
  public mutating func next() -> Int64? {
    switch shape {
    case .poisson:
      let due = last
      last = Self.sum(last, Self.whole(generator.exponential() / rate * 1e9))
      return due
    case .constant:
      defer { issued += 1 }
      return Self.whole(Double(issued) * 1e9 / rate)
    case .burst(let size):
      defer { issued += 1 }
      return Self.whole(Double(issued / size * size) * 1e9 / rate)
    case .ramp(let from, let to, let over):
      let due = last
      integral += generator.exponential()
      last = max(due, Self.whole(Self.rampTime(integral / rate * 1e9, from: from, to: to, over: Double(over))))
      return due
    case .replay(let instants):
      guard issued < instants.count else { return nil }
      defer { issued += 1 }
      return instants[issued]
    }
  }

  /// The time t at which the integral of the relative rate is `area`, all in the same unit of time.
  ///
  /// Up to `over` the integral is a parabola, from·t + (to - from) / (2·over)·t²; its root is written without a difference of
  /// like numbers. From there on it is a straight line.
  private static func rampTime(_ area: Double, from: Double, to: Double, over: Double) -> Double {
    let rampArea = (from + to) / 2 * over
    guard area < rampArea else { return over + (area - rampArea) / to }
    guard area > 0 else { return 0 }
    let slope = (to - from) / over
    return 2 * area / (from + max(0, from * from + 2 * slope * area).squareRoot())
  }

  /// Whole nanoseconds, towards 0; what no clock will ever see is the end of time.
  private static func whole(_ nanoseconds: Double) -> Int64 {
    nanoseconds < 0x1p62 ? Int64(nanoseconds) : .max
  }

  private static func sum(_ time: Int64, _ gap: Int64) -> Int64 {
    let (sum, overflow) = time.addingReportingOverflow(gap)
    return overflow ? .max : sum
  }
}
