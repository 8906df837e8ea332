import Testing

@testable import Harness

@Suite struct DescriptorLimitTests {
  @Test(arguments: [(1, 40), (2, 48), (0, 40), (512, 4128)])
  func everyWorkerTakesSome(workers: Int, expected: Int) {
    #expect(DescriptorLimit.needed(workers: workers) == UInt(expected))
  }

  @Test func whatNoSystemGivesIsRefusedInOneSentence() {
    let error = #expect(throws: PlanError.self) { try DescriptorLimit.require(workers: .max) }
    #expect(error?.reason.contains("file descriptors and the limit is") == true)
  }
}
