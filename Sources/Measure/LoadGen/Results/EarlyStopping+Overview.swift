extension EarlyStopping {
  /// The rule's numbers for people: what some counts of over-latency queries need, and what a number of queries allows.
  public struct Overview: Codable, Hashable, Sendable {
    /// The percentile, as a share.
    public let percentile: Double
    /// The confidence.
    public let confidence: Double
    /// The tolerance, as a share.
    public let tolerance: Double
    /// What is needed, by ascending number of over-latency queries.
    public let rows: [Row]
    /// What a number of queries allows; nil where none was asked for.
    public let queries: Queries?
    /// What a number of over-latency queries needs; nil where none was asked for.
    public let over: Over?

    /// Queries needed for one number of over-latency queries.
    public struct Row: Codable, Hashable, Sendable {
      /// Over-latency queries, t.
      public let over: Int
      /// Under-latency queries needed, h(t).
      public let under: Int
      /// Queries needed in all.
      public let queries: Int
    }

    /// What a number of queries allows.
    public struct Queries: Codable, Hashable, Sendable {
      /// How many queries.
      public let count: Int
      /// The most that may be over the bound; nil where even none is too many.
      public let allowedOver: Int?
      /// SingleStream and MultiStream: which latency is the estimate; nil where there are too few queries for one.
      public let estimate: Estimate?
    }

    /// What a number of over-latency queries needs.
    public struct Over: Codable, Hashable, Sendable {
      /// Over-latency queries.
      public let count: Int
      /// Queries needed in all.
      public let needed: Int
      /// How many more than were asked about; nil where no number of queries was, 0 where they are enough.
      public let missing: Int?
    }
  }

  /// The rule's numbers.
  ///
  /// - Parameters:
  ///   - queries: A number of queries to speak about.
  ///   - over: A number of over-latency queries to speak about.
  /// - Throws: ``EarlyStoppingRangeError`` for numbers that are negative or beyond what the rule speaks of.
  public func overview(queries: Int? = nil, over: Int? = nil) throws(EarlyStoppingRangeError) -> Overview {
    for count in [queries, over].compactMap(\.self) where count < 0 || count > Self.countLimit {
      throw EarlyStoppingRangeError(count: count)
    }
    let allowed = queries.flatMap { allowedOver(of: $0) }
    // The first numbers, then some on the way, up to what is asked about and the one beyond.
    let most = max(allowed.map { $0 + 1 } ?? 0, over ?? 0)
    let usual = [0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000]
    let shown = usual.filter { $0 <= 5 || (queries == nil && over == nil) || $0 <= most }
    let asked = [allowed, allowed.map { $0 + 1 }, over].compactMap(\.self)
    let rows = Set(shown + asked).sorted().compactMap { over in
      neededUnder(over: over).map { Overview.Row(over: over, under: $0, queries: $0 + over) }
    }
    var answer: Overview.Over?
    if let over {
      guard let needed = needed(over: over) else { throw EarlyStoppingRangeError(count: over) }
      answer = Overview.Over(count: over, needed: needed, missing: queries.map { max(0, needed - $0) })
    }
    return Overview(
      percentile: percentile, confidence: confidence, tolerance: tolerance, rows: rows,
      queries: queries.map { Overview.Queries(count: $0, allowedOver: allowed, estimate: estimate(of: $0)) },
      over: answer)
  }
}

/// A number of queries that early stopping cannot speak of.
public struct EarlyStoppingRangeError: Error, Hashable, CustomStringConvertible {
  /// The number.
  public let count: Int

  /// One sentence for the user.
  public var description: String {
    if count < 0 { return "A number of queries cannot be negative, as \(count) is." }
    return "Early stopping with \(count) queries, or the number needed for them, is beyond \(EarlyStopping.countLimit)."
  }
}
