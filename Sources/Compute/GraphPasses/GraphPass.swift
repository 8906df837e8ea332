/// A rewriting of a graph that keeps what it computes.
public protocol GraphPass: Sendable {
  /// The name as reports show it, for example `fold-batch-normalization`.
  var name: String { get }

  /// Rewrites the draft and returns how many places changed.
  func run(on draft: inout GraphDraft) throws -> Int
}

/// The passes that imported graphs go through.
public enum GraphPasses {
  /// All passes in the order in which they run.
  public static let all: [any GraphPass] = []

  /// What a pass did.
  public struct Report: Hashable, Codable, Sendable {
    /// The pass's name.
    public let pass: String
    /// How many places changed.
    public let changes: Int
  }

  /// Runs every pass once and returns those that changed something.
  public static func run(on draft: inout GraphDraft, passes: [any GraphPass] = all) throws -> [Report] {
    var reports: [Report] = []
    for pass in passes {
      let changes = try pass.run(on: &draft)
      if changes > 0 { reports.append(Report(pass: pass.name, changes: changes)) }
    }
    return reports
  }
}
