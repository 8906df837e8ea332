import Records

/// Something whose cases are tried in chunks by several threads.
protocol Subject {
  /// What progress calls it.
  var name: String { get }
  /// Parts that threads take one by one; what part n holds depends on n and the settings alone.
  var chunks: Int { get }
  /// How long a chunk takes in units that all subjects share, roughly: nanoseconds.
  var chunkCost: Int { get }
  /// Memory for one thread.
  func worker() -> any SubjectWorker
  /// What was found, as the record has it. `tallies` are the sums of all workers'.
  func checks(_ tallies: [Tally], seconds: Double) -> [ConformanceCheck]
}

extension Subject {
  /// How long all of it takes on one thread, roughly.
  var cost: Double { Double(chunks) * Double(chunkCost) }
}

/// Buffers and findings of one thread.
protocol SubjectWorker: AnyObject {
  /// One for each instruction and software, in an order of the subject's own.
  var tallies: [Tally] { get }
  /// Tries one part.
  func run(chunk: Int)
}
