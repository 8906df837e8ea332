/// One thing that a record was checked for.
public struct RecordCheck: Codable, Hashable, Sendable {
  /// What was checked.
  public let subject: Subject
  /// What came of it.
  public let outcome: Outcome
  /// How many things were looked at; what they are depends on the subject.
  public let count: Int
  /// What is wrong, each as a clause: the first ``mostFaults`` of them.
  public let faults: [String]
  /// How many things are wrong.
  public let faultCount: Int
  /// What is to be known about the outcome, as a sentence; nil for nothing.
  public let note: String?

  /// Faults that are named.
  public static let mostFaults = 20

  /// What can be checked.
  public enum Subject: String, Codable, CaseIterable, Hashable, Sendable {
    /// The seal: digests of parts, cells and rounds.
    case seal
    /// Whether figures can be and agree with each other, as for every record that is read: cells and rounds.
    case figures
    /// Ids, made anew from what the cells are: cells.
    case ids
    /// Whether latencies fit into their windows: windows.
    case windows
    /// The CPUs on which threads were seen, against what each thread saw: windows.
    case placements
    /// The preferred energy of a window against those of all meters: windows.
    case energy
    /// Shares of decisions, which are whole numbers of them: rounds.
    case fidelity
    /// The fingerprint against the topology: figures.
    case machine
    /// Files that cells and rounds refer to: references.
    case references
    /// Rounds, times and ladders of a sweep against its events: events.
    case sweep
    /// Ceilings against the repetitions that they come from: ceilings.
    case roofline
    /// The summary, recomputed from raw samples: figures.
    case summary
    /// Figures that somebody published, against the recomputed ones: figures.
    case published
  }

  /// What can come of a check.
  public enum Outcome: String, Codable, Hashable, Sendable {
    /// Nothing is wrong.
    case passed
    /// Something is.
    case failed
    /// It could not be checked.
    case unknown
  }

  /// A check that was made: it failed where there are faults.
  init(_ subject: Subject, count: Int, faults: [String], note: String? = nil) {
    self.subject = subject
    self.count = count
    self.outcome = faults.isEmpty ? .passed : .failed
    self.faults = Array(faults.prefix(Self.mostFaults))
    faultCount = faults.count
    self.note = note
  }

  /// A check that could not be made.
  init(unknown subject: Subject, note: String) {
    self.subject = subject
    outcome = .unknown
    (count, faults, faultCount) = (0, [], 0)
    self.note = note
  }
}
