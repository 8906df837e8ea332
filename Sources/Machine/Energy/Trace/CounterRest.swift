/// Since when a counter has not grown, and whether that is longer than it can take.
struct CounterRest {
  /// The last reading that had grown, or the first, nanoseconds.
  private var since: Int64
  /// The longest time without a new value, seconds; infinite for what may stay the same.
  private let longest: Double
  private var isTooLong = false

  init(since: Int64, longest: Double) { (self.since, self.longest) = (since, longest) }

  /// Begins anew.
  mutating func begin(at time: Int64) { (since, isTooLong) = (time, false) }

  /// Takes a reading. Nil where nothing was lost up to it; else since when, and whether that is noticed now.
  ///
  /// The counter may have stopped before the last reading that had grown, so that one is lost too, as is the first one that has
  /// grown again: nobody knows whether it made up for what it missed.
  mutating func take(hasGrown: Bool, at time: Int64) -> (since: Int64, isNew: Bool)? {
    let wasTooLong = isTooLong
    let begin = since
    if hasGrown {
      self.begin(at: time)
    } else if Double(time) - Double(since) > longest * 1e9 {
      isTooLong = true
    }
    return wasTooLong || isTooLong ? (begin, isTooLong && !wasTooLong) : nil
  }
}

extension MeterTraits {
  /// Counters that stand still count less than this, watts: no machine's supply, and no processor that computes, draws as little.
  private static let leastWatts = 1.0

  /// How long a channel can go without a new value, seconds: many of its updates, and as long as a coarse one takes for a step.
  /// Infinite for what may stay the same: power, and what is not counted, such as an uncore that is off.
  func longestRest(of channel: Channel) -> Double {
    guard case .counter = channel.quantity, channel.isCounted else { return .infinity }
    return max(0.5, 20 * updateInterval, channel.resolution / Self.leastWatts)
  }
}
