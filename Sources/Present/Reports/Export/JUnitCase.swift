/// One test case of a JUnit report, whatever it is a case of: a cell of a run, or a verdict about one.
public struct JUnitCase: Hashable, Sendable {
  /// The case's name, for example a cell's id.
  public let name: String
  /// What it belongs to; readers group cases by it.
  public let className: String
  /// Seconds that it took; nil where no time was taken, as of emulated cells.
  public let seconds: Double?
  /// How it went.
  public let outcome: Outcome
  /// Lines for whoever opens the case.
  public let output: [String]

  /// How a case went.
  public enum Outcome: Hashable, Sendable {
    /// As it should.
    case passed
    /// What was asked of it does not hold: a cell that failed, a regression.
    case failed(type: String, message: String, details: [String] = [])
    /// Nothing can be said of it: a cell without rounds, an inconclusive verdict.
    case skipped(message: String)
    /// It could not be judged: an environment that is unfit.
    case error(type: String, message: String, details: [String] = [])
  }

  /// Makes a case.
  public init(
    name: String, className: String, seconds: Double? = nil, outcome: Outcome = .passed, output: [String] = []
  ) {
    self.name = name
    self.className = className
    self.seconds = seconds
    self.outcome = outcome
    self.output = output
  }
}
