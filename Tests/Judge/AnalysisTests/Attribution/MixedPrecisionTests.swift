import Analysis
import Records
import Testing

@Suite struct MixedPrecisionTests {
  /// (budget, lowered, kept)
  @Test(
    arguments: [
      (0.002, ["c"], ["b", "d", "a"]), (0.0099, ["c"], ["b", "d", "a"]),
      (0.019, ["c", "a"], ["b", "d"]), (0.02, ["c", "a", "d"], ["b"]), (1, ["c", "a", "d", "b"], []),
    ] as [(Double, [String], [String])])
  func theLongestRunWithinTheBudgetIsChosen(budget: Double, lowered: [String], kept: [String]) throws {
    let choice = try MixedPrecision(of: AttributionSample.attribution(), maxError: budget)
    #expect(choice.lowered == lowered)
    #expect(choice.kept == kept)
    #expect(choice.error <= budget)
    #expect(choice.savedWeightBytes == 300 * lowered.count && choice.savedActivationBytes == 60 * lowered.count)
    let macs = ["a": 0.1, "b": 0.5, "c": 0.3, "d": 0.1]
    #expect(abs(choice.multiplyAccumulatesShare - lowered.reduce(0) { $0 + (macs[$1] ?? 0) }) < 1e-12)
  }

  /// Errors may cancel: a longer run that keeps the budget wins although a shorter one does not, and one that could not
  /// be measured is never chosen.
  @Test func errorsNeedNotGrow() throws {
    let choice = try MixedPrecision(of: AttributionSample.attribution([0, 0.03, 0.01, nil, 0.05]), maxError: 0.02)
    #expect(choice.lowered == ["c", "a"] && choice.error == 0.01)
  }

  /// Also where the model with nothing lowered keeps it.
  @Test(arguments: [(0.0009, "0.09 %"), (0.001, "0.1 %"), (0.0019, "0.19 %")])
  func aBudgetThatCannotBeMetIsASentence(budget: Double, text: String) throws {
    let error = #expect(throws: BudgetError.self) {
      try MixedPrecision(of: AttributionSample.attribution(), maxError: budget)
    }
    #expect(
      error?.description
        == "No node of resnet50 can be lowered to u8s8-vnni within \(text): the best single node would cost 0.2 %.")
    let later = #expect(throws: BudgetError.self) {
      try MixedPrecision(of: AttributionSample.attribution([0.5, 0.4, 0.3, 0.6, 0.7]), maxError: 0.1)
    }
    #expect(later?.description.hasSuffix("within 10 %: the least, 30 %, is with 2 nodes lowered.") == true)
    let none = #expect(throws: BudgetError.self) {
      try MixedPrecision(of: AttributionSample.attribution([0]), maxError: 0.1)
    }
    #expect(none?.description.hasSuffix("within 10 %: none could be measured.") == true)
  }

  @Test func theFileKeepsTheHarmfulNodes() throws {
    let attribution = AttributionSample.attribution()
    let choice = try MixedPrecision(of: attribution, maxError: 0.01)
    let file = choice.file(for: attribution, keptContract: "fp32-fma")
    #expect(file.contract == "u8s8-vnni" && file.exceptions == ["b": "fp32-fma", "d": "fp32-fma"])
    #expect(file.maxError == 0.01 && file.error == 0.01 && file.samples == 8)
    #expect(try AssignmentFile(json: file.encoded(), path: "x") == file)
  }

  /// Figures of other samples count only where they are of what is chosen.
  @Test func verificationIsOfTheChoice() throws {
    var attribution = AttributionSample.attribution()
    attribution.verification = Attribution.Verification(loweredNodes: 2, samples: 7, error: 0.011)
    let chosen = try MixedPrecision(of: attribution, maxError: 0.01)
    #expect(chosen.errorOnOtherSamples == 0.011 && chosen.missesBudgetOnOtherSamples)
    let file = chosen.file(for: attribution, keptContract: "fp32-fma")
    #expect(file.errorOnOtherSamples == 0.011 && file.otherSamples == 7)
    #expect(try AssignmentFile(json: file.encoded(), path: "x") == file)
    #expect(try !MixedPrecision(of: attribution, maxError: 0.011).missesBudgetOnOtherSamples)
    let other = try MixedPrecision(of: attribution, maxError: 0.02)
    #expect(other.errorOnOtherSamples == nil && !other.missesBudgetOnOtherSamples)
    #expect(other.file(for: attribution, keptContract: "fp32-fma").otherSamples == nil)
  }
}
