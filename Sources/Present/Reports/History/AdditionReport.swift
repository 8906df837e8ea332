import Store

/// What became of records that were to be added to a history.
public struct AdditionReport: Codable, Hashable, Sendable {
  /// Where the history lies.
  public let store: String
  /// The records that are in it now, in the order of the question.
  public let records: [Entry]

  /// Makes a report.
  public init(store: String, records: [Entry]) {
    self.store = store
    self.records = records
  }

  /// One record.
  public struct Entry: Codable, Hashable, Sendable {
    /// Its file.
    public let path: String
    /// What names it in the history.
    public let number: Int64
    /// What happened.
    public let outcome: Outcome
    /// Records that are most likely other copies of the same run.
    public let twins: [Int64]

    /// Tells what a history says.
    public init(path: String, _ addition: HistoryStore.Addition) {
      self.path = path
      switch addition {
      case .added(let number, let twins):
        self.number = number
        self.twins = twins
        outcome = .added
      case .known(let number, let relabelled):
        self.number = number
        twins = []
        outcome = relabelled ? .relabelled : .known
      }
    }
  }

  /// What happened to a record.
  public enum Outcome: String, Codable, Hashable, Sendable {
    /// It is new.
    case added
    /// It was there and stays as it is.
    case known
    /// It was there and has another label now.
    case relabelled
  }

  /// The report, ended by a line feed; nothing where nothing was added.
  public func text(_ style: ReportStyle = ReportStyle()) -> String {
    let lines = records.flatMap { entry -> [String] in
      let words =
        switch entry.outcome {
        case .added: "added"
        case .known: "was there"
        case .relabelled: "was there and has a new label"
        }
      let twins = entry.twins.map { "#\($0)" }.joined(separator: ", ")
      let hint =
        entry.twins.isEmpty
        ? ""
        : " It began at the same second as \(twins), of the same suite and machine: remove what is the same run twice."
      return style.paragraph("\(entry.path) \(words).\(hint)", lead: "#\(entry.number)  ")
    }
    return lines.map { "\($0)\n" }.joined()
  }
}
