/// Every workload by name.
public enum WorkloadRegistry {
  /// All workloads in listing order; those with `isSmall` are for tests.
  public static let all: [any Workload] = [
    ResNetWorkload.resnet50,
    BERTWorkload.published("bert-base", .base(sequence: 128)),
    BERTWorkload.published("bert-base", .base(sequence: 384)),
    BERTWorkload.published("bert-large", .large(sequence: 128)),
    BERTWorkload.published("bert-large", .large(sequence: 384)),
    MiniLMWorkload(),
    ResNetWorkload.small,
    BERTWorkload.small,
    SeededEmbeddingWorkload(),
  ]

  /// Shorter names, each with what it stands for.
  public static let aliases = ["bert-base": "bert-base-384", "bert-large": "bert-large-384"]

  /// All names in listing order, without aliases.
  public static var names: [String] { all.map(\.name) }

  /// The workload of a name or an alias.
  ///
  /// - Throws: ``WorkloadError`` that names the nearest workload, where there is none.
  public static func workload(named name: String) throws(WorkloadError) -> any Workload {
    let target = aliases[name] ?? name
    if let found = all.first(where: { $0.name == target }) { return found }
    let known = names + aliases.keys.sorted()
    let shown = String(name.prefix(64))
    let nearest = known.min { editDistance(shown, $0) < editDistance(shown, $1) } ?? ""
    throw WorkloadError(.unknownName, "There is no workload “\(shown)”; the nearest name is “\(nearest)”.")
  }

  /// The least number of inserted, deleted and replaced characters between two short strings (Levenshtein 1966).
  static func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second.lowercased())
    var row = Array(0...second.count)
    for (i, a) in first.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
