import LoadGen

/// The loaded sets of settings as a user asks for them.
func loadedSets(_ settings: TestSettings, total: Int, performanceCount: Int) throws -> [LoadedSet] {
  let effective = try settings.effective(total: total, performanceCount: performanceCount)
  return LoadedSet.sets(of: effective, total: total, performanceCount: performanceCount)
}

/// The samples of the first queries of every loaded set, at most `first` a set and `room` samples a query in Offline.
func queries(
  _ settings: TestSettings, total: Int, performanceCount: Int? = nil, first: Int = .max, room: Int = 16
) throws -> [[Int32]] {
  let performanceCount = performanceCount ?? total
  let effective = try settings.effective(total: total, performanceCount: performanceCount)
  var all: [[Int32]] = []
  for set in LoadedSet.sets(of: effective, total: total, performanceCount: performanceCount) {
    var stream = QueryStream(settings: effective, set: set)
    var left = first
    let indices = UnsafeMutableBufferPointer<Int32>.allocate(
      capacity: settings.scenario == .offline ? room : effective.samplesPerQuery)
    defer { indices.deallocate() }
    indices.initialize(repeating: -1)
    while left > 0, case let count = stream.next(into: indices), count > 0 {
      all.append(Array(indices[..<count]))
      left -= 1
    }
  }
  return all
}
