/// Places samples, which carry the time of another machine's clock on the wall, in the monitor's time.
///
/// Two things are known of a sample without trusting that clock: it was taken after the question before was asked (or that
/// question would have brought it), and before its answer was here. Within these bounds the other clock tells more, as soon
/// as it is known how far the two are apart: by the shortest way of a sample among the last ones, since one that was taken
/// just before it was asked for took no time to get here. A sample is therefore placed late by what the network and the
/// daemon need at least (milliseconds), and never outside of its bounds, whatever the other clock says. Where that clock
/// jumps (it is set, or summer begins) the samples of one answer are given up, and the clock is learned anew.
struct PTDaemonClock {
  /// Samples whose way is remembered: half a minute, in which two clocks that differ by 100 ppm part by 3 ms.
  static let memory = 32

  private var ways: [Int64] = []
  private var lastStamp: Int64?
  private var lastTime: Int64?

  /// What came of an answer's samples.
  enum Outcome: Equatable {
    /// Their moments, nanoseconds of the monitor's clock, ascending.
    case placed([Int64])
    /// The other clock went by so many seconds more, or less where negative, than can have passed.
    case jumped(Double)
    /// More samples than can have been taken.
    case tooMany
  }

  /// Places the samples of an answer.
  ///
  /// - Parameters:
  ///   - stamps: their times by the other clock, nanoseconds.
  ///   - asked: when the question before was asked, nanoseconds of the monitor's clock.
  ///   - arrived: when the answer was here.
  ///   - interval: seconds between samples.
  mutating func place(_ stamps: [Int64], asked: Int64, arrived: Int64, interval: Double) -> Outcome {
    let step = max(Int64((interval * 1e9).rounded()), 1)
    guard Int64(stamps.count) <= (arrived - asked) / step + 2 else { return .tooMany }
    for (place, stamp) in stamps.enumerated() {
      let before = place > 0 ? stamps[place - 1] : lastStamp
      if let before, stamp <= before { return jumped(by: stamp - before - step) }
      // The clocks part slowly, and the shortest way can be longer than this one by no more than a sample waits.
      if let way = ways.min() {
        let time = stamp + way
        if time > arrived + step { return jumped(by: time - arrived) }
        if time < asked - step { return jumped(by: time - asked) }
      } else if let before, stamp - before > arrived - asked + step {
        return jumped(by: stamp - before - (arrived - asked))
      }
    }
    lastStamp = stamps.last ?? lastStamp
    ways = (ways + stamps.map { arrived - $0 }).suffix(Self.memory)
    let way = ways.min() ?? 0
    var times: [Int64] = []
    for stamp in stamps {
      // No later than the answer: its own samples are among those whose way is compared.
      let time = max(stamp + way, asked, (lastTime ?? .min) + 1)
      times.append(time)
      lastTime = time
    }
    return .placed(times)
  }

  private mutating func jumped(by nanoseconds: Int64) -> Outcome {
    forget()
    return .jumped(Double(nanoseconds) / 1e9)
  }

  /// Forgets what is known of the other clock.
  mutating func forget() {
    ways = []
    lastStamp = nil
  }
}
