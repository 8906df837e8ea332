/// The traffic of a test as a value, to print it and to hold it against other generators.
public struct TrafficListing: Codable, Hashable, Sendable {
  /// What was asked for.
  public let requested: TestSettings
  /// What the test runs with.
  public let effective: TestSettings
  /// The library.
  public let library: TestResult.Library
  /// The loaded sets, each with those of its queries that are listed.
  public let parts: [Part]

  /// A loaded set and queries of it.
  public struct Part: Codable, Hashable, Sendable {
    /// Samples in the order of the set, with the padding of MultiStream.
    public let samples: [Int32]
    /// Samples without padding.
    public let count: Int
    /// The first queries.
    public var queries: [Query]
  }

  /// A query.
  public struct Query: Codable, Hashable, Sendable {
    /// Library indices of its samples; of Offline's one query as many as are listed.
    public let samples: [Int32]
    /// Server: when it is due, nanoseconds from the start.
    public let due: Int64?
    /// Which of its samples, by their places in it, have their responses logged.
    public let logged: [Int]
  }

  /// The most samples that are listed: they are held in memory.
  public static let limit = 10_000_000

  /// Generates the first queries of a test; Offline has one of which the first `count` samples are listed.
  ///
  /// - Parameters:
  ///   - settings: What is asked for.
  ///   - library: The library.
  ///   - count: Queries to list, of all loaded sets together.
  public init(_ settings: TestSettings, library: TestResult.Library, count: Int) throws(LoadSettingsError) {
    let effective = try settings.effective(total: library.totalCount, performanceCount: library.performanceCount)
    let isOffline = effective.scenario == .offline
    let width = isOffline ? 1 : effective.samplesPerQuery
    guard count >= 0, count <= Self.limit / width else {
      throw LoadSettingsError(reason: "0 to \(Self.limit / width) queries can be listed and \(count) are asked for")
    }
    requested = settings
    self.effective = effective
    self.library = library
    var sampler = AccuracyLogSampler(settings: effective)
    var parts: [Part] = []
    var left = count
    for set in LoadedSet.sets(of: effective, total: library.totalCount, performanceCount: library.performanceCount) {
      // One query in Offline: what of it is listed is asked for at once.
      let room = isOffline ? min(left, effective.mode == .accuracy ? set.count : effective.leastIssued(of: set)) : width
      let queries = Self.queries(of: set, effective, most: isOffline ? 1 : left, room: room, sampler: &sampler)
      left -= isOffline ? room : queries.count
      parts.append(Part(samples: set.samples, count: set.count, queries: queries))
    }
    self.parts = parts
  }

  private static func queries(
    of set: LoadedSet, _ settings: TestSettings, most: Int, room: Int, sampler: inout AccuracyLogSampler
  ) -> [Query] {
    guard room > 0 else { return [] }
    var stream = QueryStream(settings: settings, set: set)
    var schedule = ArrivalSchedule(settings: settings)
    let indices = UnsafeMutableBufferPointer<Int32>.allocate(capacity: room)
    defer { indices.deallocate() }
    indices.initialize(repeating: 0)
    var queries: [Query] = []
    while queries.count < most {
      let due = settings.scenario == .server ? schedule.next() : nil
      // A trace is over.
      if settings.scenario == .server, due == nil { break }
      let count = stream.next(into: indices)
      guard count > 0 else { break }
      let logged = (0..<count).filter { _ in sampler.next() }
      queries.append(Query(samples: Array(indices[..<count]), due: due, logged: logged))
    }
    return queries
  }
}
