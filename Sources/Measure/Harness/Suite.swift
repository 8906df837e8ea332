/// A named set of cell groups with the figures to run them by, as a YAML file describes it.
public struct Suite: Hashable, Sendable {
  /// The name, for example `quick`: the file's name without its ending.
  public var name: String
  /// What it is for, in one line.
  public var summary: String
  /// Groups of cells, planned one after the other.
  public var groups: [CellLists]
  /// Figures that differ from the defaults.
  public var settings: RunSettings

  /// Makes a suite.
  public init(name: String, summary: String, groups: [CellLists], settings: RunSettings) {
    self.name = name
    self.summary = summary
    self.groups = groups
    self.settings = settings
  }
}

/// A suite that cannot be found or read.
public struct SuiteError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public let kind: Kind
  /// The file, with `:line:column` where the place is known.
  public let place: String
  /// What is wrong and what would be right.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "\(place): \(reason)\(reason.hasSuffix("?") ? "" : ".")" }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .notFound: 66
    case .malformed: 65
    }
  }

  /// Kinds of faults, each with its exit code.
  public enum Kind: String, Hashable, Sendable {
    /// No such suite.
    case notFound
    /// Its text is not a suite.
    case malformed
  }
}

/// The names that a suite may use besides those of precisions and scenarios.
public struct SuiteVocabulary: Hashable, Sendable {
  /// Workloads.
  public var workloads: [String]
  /// Engines.
  public var engines: [String]

  /// Makes a vocabulary.
  public init(workloads: [String], engines: [String]) {
    self.workloads = workloads
    self.engines = engines
  }
}
