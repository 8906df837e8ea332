import Records
import Testing

@testable import Harness

@Suite struct WorkerBindingTests {
  private static func binding(
    _ pus: [[Int]], _ memory: MemoryPlacement? = nil, instance: Int = 0
  ) -> WorkerBinding {
    WorkerBinding(Placement(instances: pus, memory: memory, isOversubscribed: true), instance: instance)
  }

  @Test(arguments: [
    (binding([[3, 0, 1, 8]]), ["--pus", "0-1,3,8"]),
    (binding([[0], [5, 5, 4]], instance: 1), ["--pus", "4-5"]),
    (binding([[0]], MemoryPlacement(policy: .local)), ["--pus", "0", "--memory", "local"]),
    (
      binding([[0], [1]], MemoryPlacement(policy: .bind, nodes: [[0], [2, 1]]), instance: 1),
      ["--pus", "1", "--memory", "bind:1-2"]
    ),
    (
      binding([[0]], MemoryPlacement(policy: .interleave, nodes: [[0, 3]], hugePages: false)),
      ["--pus", "0", "--memory", "interleave:0,3", "--small-pages"]
    ),
    (binding([[0]], MemoryPlacement(policy: nil, hugePages: true)), ["--pus", "0"]),
  ])
  func argumentsSayWhatTheyAreReadAs(binding: WorkerBinding, arguments: [String]) throws {
    #expect(binding.arguments == arguments)
    func value(_ name: String) -> String? {
      arguments.firstIndex(of: name).map { arguments[$0 + 1] }
    }
    let read = try WorkerBinding(
      pus: value("--pus") ?? "", memory: value("--memory"), allowsHugePages: !arguments.contains("--small-pages"))
    #expect(read.arguments == arguments)
    #expect(read.pus == binding.pus)
    #expect(Set(read.nodes) == Set(binding.nodes))
  }

  @Test(
    arguments: [
      ("", nil), ("x", nil), ("1-", nil), ("3-1", nil), ("-1", nil), ("99999999", nil), ("0", "strict"), ("0", ""),
      ("0", ":0"), ("0", "bind:"), ("0", "bind:x"), ("0", "bind:0:1"),
    ] as [(String, String?)])
  func whatIsNoBindingIsRefused(pus: String, memory: String?) {
    let error = #expect(throws: WorkerError.self) {
      try WorkerBinding(pus: pus, memory: memory, allowsHugePages: true)
    }
    #expect(error?.description.hasSuffix("workers are started by assay run, not by hand.") == true)
  }

  @Test func anInstanceThatDoesNotExistIsBoundToNothing() {
    #expect(Self.binding([[0]], instance: 1).pus.isEmpty)
  }
}
