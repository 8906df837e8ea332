import GRDB

/// Which records of a history are meant. Patterns are SQLite's GLOB: `*`, `?` and `[...]`, upper and lower case told apart.
public struct RecordFilter: Codable, Hashable, Sendable {
  /// A pattern of the suite's name; nil for all.
  public var suite: String?
  /// A pattern of a workload that the record measures.
  public var workload: String?
  /// A pattern of the id of a cell that the record has.
  public var cell: String?
  /// The beginning of the machine's key.
  public var machine: String?
  /// The earliest begin of the run, in seconds since 1970.
  public var since: Int64?
  /// The latest begin of the run, in seconds since 1970.
  public var until: Int64?
  /// A pattern of the label.
  public var label: String?

  /// Makes a filter; nil leaves out no record.
  public init(
    suite: String? = nil, workload: String? = nil, cell: String? = nil, machine: String? = nil, since: Int64? = nil,
    until: Int64? = nil, label: String? = nil
  ) {
    self.suite = suite
    self.workload = workload
    self.cell = cell
    self.machine = machine
    self.since = since
    self.until = until
    self.label = label
  }

  /// The condition over `record` and `machine`, and its arguments.
  var condition: (sql: String, arguments: StatementArguments) {
    var parts = ["TRUE"]
    var arguments = StatementArguments()
    func add(_ sql: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      parts.append(sql)
      arguments += [value]
    }
    add("record.suite GLOB ?", suite)
    add("record.label GLOB ?", label)
    add("record.created >= ?", since)
    add("record.created <= ?", until)
    // Two arguments of one value.
    if let machine {
      parts.append("substr(machine.key, 1, length(?)) = ?")
      arguments += [machine, machine]
    }
    // One cell must fit both patterns.
    let patterns: [(column: String, pattern: String?)] = [("workload", workload), ("name", cell)]
    let asked = patterns.compactMap { entry in entry.pattern.map { (entry.column, $0) } }
    if !asked.isEmpty {
      let fitting = asked.map { "\($0.0) GLOB ?" }.joined(separator: " AND ")
      parts.append("record.id IN (SELECT record FROM result WHERE cell IN (SELECT id FROM cell WHERE \(fitting)))")
      for (_, pattern) in asked { arguments += [pattern] }
    }
    return (parts.joined(separator: " AND "), arguments)
  }
}
