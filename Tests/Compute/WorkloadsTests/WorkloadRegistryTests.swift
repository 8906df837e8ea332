import Testing

@testable import Workloads

@Suite struct WorkloadRegistryTests {
  @Test func listsEveryWorkloadOnce() {
    #expect(
      WorkloadRegistry.names == [
        "resnet50", "bert-base-128", "bert-base-384", "bert-large-128", "bert-large-384", "minilm-l6", "resnet-small",
        "bert-small", "minilm-small",
      ])
    #expect(WorkloadRegistry.all.filter(\.isSmall).map(\.name) == ["resnet-small", "bert-small", "minilm-small"])
  }

  @Test(arguments: WorkloadRegistry.names) func findsByName(name: String) throws {
    #expect(try WorkloadRegistry.workload(named: name).name == name)
  }

  @Test(arguments: [("bert-base", "bert-base-384"), ("bert-large", "bert-large-384")])
  func findsByAlias(alias: String, name: String) throws {
    #expect(try WorkloadRegistry.workload(named: alias).name == name)
  }

  @Test(arguments: [
    ("resnet-50", "resnet50"), ("RESNET50", "resnet50"), ("minilm", "minilm-l6"), ("bert_large", "bert-large"),
    ("bert-base-385", "bert-base-384"), ("", "resnet50"),
  ])
  func namesTheNearest(wrong: String, nearest: String) {
    let error = #expect(throws: WorkloadError.self) { try WorkloadRegistry.workload(named: wrong) }
    #expect(error?.code == .unknownName)
    #expect(error?.description == "There is no workload “\(wrong)”; the nearest name is “\(nearest)”.")
  }

  @Test func staysShortForLongNames() {
    let error = #expect(throws: WorkloadError.self) {
      try WorkloadRegistry.workload(named: String(repeating: "x", count: 100_000))
    }
    #expect((error?.description.count ?? .max) < 200)
  }

  @Test(arguments: [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2), ("abc", "abxc", 1)])
  func measuresEditDistance(first: String, second: String, distance: Int) {
    #expect(WorkloadRegistry.editDistance(first, second) == distance)
    #expect(WorkloadRegistry.editDistance(second, first) == distance)
  }

  @Test(arguments: WorkloadRegistry.names, [0, -1, Int.max]) func refusesBatches(name: String, batch: Int) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    #expect(throws: WorkloadError.self) { try workload.graph(batch: batch) }
  }

  /// A graph of another workload must not get this one's values.
  @Test(arguments: WorkloadRegistry.names) func refusesForeignGraphs(name: String) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    let other = try WorkloadRegistry.workload(named: name == "bert-small" ? "resnet-small" : "bert-small")
    let error = #expect(throws: WorkloadError.self) { try workload.parameters(for: try other.graph(batch: 1)) }
    #expect(error?.code == .foreignGraph)
  }
}
