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
  /// - Throws: ``WorkloadError`` that lists the names, where there is none.
  public static func workload(named name: String) throws(WorkloadError) -> any Workload {
    let target = aliases[name] ?? name
    if let found = all.first(where: { $0.name == target }) { return found }
    throw WorkloadError(
      .unknownName, "There is no workload “\(name.prefix(64))”; there are \(names.joined(separator: ", ")).")
  }
}
