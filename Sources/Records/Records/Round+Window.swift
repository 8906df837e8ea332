extension Round {
  /// Samples a second of all instances together; nil where there is none.
  ///
  /// One instance: its samples over its duration. Several: only the time counts in which all of them ran, from the last begin
  /// to the first end; a query that lies in it in part counts in that part, because a window of a few long queries would
  /// otherwise lose up to one of them at each end.
  public var throughput: Double? {
    guard let first = performance else { return nil }
    guard let window = commonWindow else {
      let seconds = Double(first.duration) / 1e9
      return peers == nil && first.samples > 0 && seconds > 0 ? first.samples / seconds : nil
    }
    let samples = performances.reduce(0) { $0 + $1.samples(in: window) }
    return samples > 0 ? samples / (Double(window.count) / 1e9) : nil
  }

  /// Samples that all instances completed while the first one measured, whose energy reading is the machine's.
  public var samplesOfReading: Double {
    guard let first = performance else { return 0 }
    guard peers != nil, let window = first.window else { return first.samples }
    return performances.reduce(0) { $0 + $1.samples(in: window) }
  }

  /// The time in which all instances ran, nanoseconds of their common clock; nil for one instance, and where there is none.
  public var commonWindow: Range<Int64>? {
    guard peers != nil else { return nil }
    let windows = performances.compactMap(\.window)
    guard windows.count == performances.count, let begin = windows.map(\.lowerBound).max(),
      let end = windows.map(\.upperBound).min(), begin < end
    else { return nil }
    return begin..<end
  }
}

extension Round.Performance {
  /// Samples completed in the window. A `Double`, because a damaged record must not overflow an integer.
  public var samples: Double { Double(latencies.count) * Double(samplesPerQuery) }

  /// From the first issue to the last completion; nil in records that do not say when it began.
  public var window: Range<Int64>? {
    guard let begin, begin >= 0, duration > 0 else { return nil }
    let (end, overflow) = begin.addingReportingOverflow(duration)
    return overflow ? nil : begin..<end
  }

  /// Samples of the part of the measurement that lies in `other`; a query that lies in it in part counts in that part.
  ///
  /// Queries follow one another; the little time between them, in which the next one is made ready, is shared out evenly.
  public func samples(in other: Range<Int64>) -> Double {
    guard let window, !latencies.isEmpty else { return 0 }
    let busy = latencies.reduce(0.0) { $0 + Double($1) }
    let gap = max(0, Double(duration) - busy) / Double(latencies.count)
    let (lower, upper) = (Double(other.lowerBound - window.lowerBound), Double(other.upperBound - window.lowerBound))
    var start = 0.0
    var queries = 0.0
    for latency in latencies {
      let end = start + Double(latency) + gap
      if end > start {
        queries += max(0, min(end, upper) - max(start, lower)) / (end - start)
      } else if start >= lower, start < upper {
        queries += 1
      }
      start = end
    }
    return queries * Double(samplesPerQuery)
  }
}
