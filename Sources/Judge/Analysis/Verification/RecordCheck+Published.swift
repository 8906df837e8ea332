import Records

extension RecordCheck {
  /// What published and recomputed numbers may differ by, as a share of the larger one: the last digits, which another
  /// machine's library or a spreadsheet with 15 digits may round otherwise.
  static let tolerance = 1e-12

  /// Holds published figures against those that the record gives.
  init(
    _ published: PublishedFigures, of record: Record, costs: CostInputs?, csv: (Record, RunSummary) -> String
  ) {
    do {
      let inputs = costs ?? published.costs
      let recomputed =
        switch published.form {
        case .json: try Self.summary(of: record, costs: inputs, maxError: published.maxError)
        case .csv:
          try CSVTable(Array(csv(record, RunSummary(of: record, costs: inputs)).utf8), path: "CSV").leaves(
            key: PublishedFigures.key, path: "CSV")
        }
      self.init(published, recomputed: recomputed)
    } catch {
      self.init(unknown: .published, note: "The record's own figures cannot be computed: \(error).")
    }
  }

  /// Holds published figures against recomputed ones, by their names.
  init(_ published: PublishedFigures, recomputed: [JSONLeaf]) {
    let ours = Dictionary(recomputed.map { ($0.path, $0.value) }) { first, _ in first }
    var faults: [String] = []
    // The sentences of choices say again what stands beside them.
    let figures = published.leaves.filter { !($0.path.hasPrefix("choices[") && $0.path.hasSuffix("].sentence")) }
    for leaf in figures {
      guard let value = ours[leaf.path] else {
        faults.append("\(leaf.path) is \(leaf.value.description), and the record gives no such figure")
        continue
      }
      if !Self.agree(leaf.value, value) {
        faults.append("\(leaf.path) is \(leaf.value.description), and the record gives \(value.description)")
      }
    }
    let theirs = Set(figures.map(\.path))
    let absent = recomputed.count { !theirs.contains($0.path) }
    let note =
      absent > 0
      ? "\(absent) more \(absent == 1 ? "figure" : "figures") of the record \(absent == 1 ? "was" : "were") not published."
      : nil
    self.init(.published, count: figures.count, faults: faults, note: note)
  }

  private static func agree(_ first: JSONLeaf.Value, _ second: JSONLeaf.Value) -> Bool {
    guard case .number(let a) = first, case .number(let b) = second else { return first == second }
    return a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
  }
}
