import Records

/// What speaks against a record: its seal, its figures against each other, its summary, and what was published of it.
public struct RecordVerification: Codable, Hashable, Sendable {
  /// Everything that was checked, in order.
  public let checks: [RecordCheck]

  /// Whether nothing is wrong; what could not be checked is not wrong.
  public var isSound: Bool { !checks.contains { $0.outcome == .failed } }

  /// Checks a record.
  ///
  /// - Parameters:
  ///   - reading: the record as its file holds it.
  ///   - published: figures that somebody published; nil for none.
  ///   - requiresSeal: whether a record without a seal is one that something is wrong with.
  ///   - costs: what the user says of money and carbon, for published figures of them.
  ///   - csv: makes the CSV file of a record's summary.
  public init(
    _ reading: RecordReading, published: PublishedFigures? = nil, requiresSeal: Bool = false, costs: CostInputs? = nil,
    csv: (Record, RunSummary) -> String
  ) {
    let record = reading.record
    var checks = [
      RecordCheck(seal: reading.seal, isRequired: requiresSeal),
      RecordCheck(
        .figures, count: record.cells.reduce(record.cells.count) { $0 + $1.rounds.count },
        faults: reading.contradiction.map { [$0] } ?? []),
      RecordCheck(idsOf: record),
    ]
    guard reading.contradiction == nil else {
      let note = "Not recomputed: the record's own figures contradict each other."
      checks.append(RecordCheck(unknown: .summary, note: note))
      if published != nil { checks.append(RecordCheck(unknown: .published, note: note)) }
      self.checks = checks
      return
    }
    checks += RecordCheck.derived(of: record)
    checks.append(RecordCheck(summaryOf: record))
    if let published {
      checks.append(RecordCheck(published, of: record, costs: costs, csv: csv))
    }
    self.checks = checks
  }
}

extension RecordCheck {
  /// What a seal says.
  init(seal: SealState, isRequired: Bool) {
    switch seal {
    case .whole(let digest, let count): self.init(.seal, count: count, faults: [], note: "Sealed as \(digest).")
    case .broken(let faults):
      self.init(.seal, count: faults.count, faults: faults.map(\.description))
    case .none where isRequired: self.init(.seal, count: 0, faults: ["the record is not sealed"])
    case .none:
      self.init(
        unknown: .seal,
        note: "Not sealed: an older build wrote it, or the seal was taken out. Nobody can tell whether it was edited.")
    }
  }

  /// Ids against the parts that make them.
  init(idsOf record: Record) {
    self.init(
      .ids, count: record.cells.count,
      faults: record.cells.filter { $0.id != $0.cell.id }.map { "cell \($0.id) is made of the parts of \($0.cell.id)" })
  }

  /// Whether a summary can be made, and of how many figures.
  init(summaryOf record: Record) {
    do {
      let leaves = try RecordCheck.summary(of: record)
      self.init(.summary, count: leaves.count { if case .number = $0.value { true } else { false } }, faults: [])
    } catch {
      self.init(.summary, count: 0, faults: ["the summary has a figure that cannot be: \(error)"])
    }
  }

  /// The leaves of what `assay show --json` prints of the record.
  ///
  /// - Parameters:
  ///   - costs: what money and carbon are computed from.
  ///   - maxError: the budget of choices between contracts.
  static func summary(of record: Record, costs: CostInputs? = nil, maxError: Double? = nil) throws -> [JSONLeaf] {
    if record.sweep != nil {
      guard let summary = try SweepSummary(of: record) else { return [] }
      return try JSONLeaf.all(of: summary)
    }
    let summary = RunSummary(of: record, costs: costs)
    guard record.isOfContracts else { return try JSONLeaf.all(of: summary) }
    let choices = maxError.map { limit in summary.contracts.map { ContractChoice($0, maxError: limit) } }
    return try JSONLeaf.all(of: ContractAnswer(summary: summary, choices: choices))
  }
}

/// What `assay precision --json` prints but for its sentences.
private struct ContractAnswer: Encodable {
  let summary: RunSummary
  let choices: [ContractChoice]?
}

private struct ContractChoice: Encodable {
  let workload: String
  let maxError: Double
  let contract: String?
  let mostExact: String?
  let leastError: Double?

  init(_ comparison: ContractComparison, maxError: Double) {
    workload = comparison.workload
    self.maxError = maxError
    contract = comparison.smallest(errorAtMost: maxError)?.contract
    mostExact = comparison.mostExact?.contract
    leastError = comparison.mostExact?.relativeError
  }
}
