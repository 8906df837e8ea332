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

  @Test(arguments: ["resnet-50", "RESNET50", ""])
  func listsTheNamesForAnUnknownOne(wrong: String) {
    let error = #expect(throws: WorkloadError.self) { try WorkloadRegistry.workload(named: wrong) }
    #expect(error?.code == .unknownName)
    #expect(error?.description.hasPrefix("There is no workload “\(wrong)”; there are resnet50, bert-base-128") == true)
  }

  @Test func staysShortForLongNames() {
    let error = #expect(throws: WorkloadError.self) {
      try WorkloadRegistry.workload(named: String(repeating: "x", count: 100_000))
    }
    #expect((error?.description.count ?? .max) < 300)
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
