import Records
import Testing
import Workloads

@testable import Harness

@Suite struct FidelityMeasureTests {
  @Test func identicalOutputsHaveNoError() throws {
    let outputs: [[Float]] = [[1, -2, 3], [0, 5, 1]]
    let fidelity = try FidelityMeasure.compare(outputs, with: outputs, scoring: .classification(classes: 3))
    #expect(fidelity.sqnrDecibels == nil)
    #expect(fidelity.cosine == 1 && fidelity.leastCosine == 1)
    #expect(fidelity.largestError == 0 && fidelity.largestReference == 5)
    #expect(fidelity.top1Agreement == 1 && fidelity.decisions == 2)
    #expect(fidelity.task == nil)
  }

  private static let ranked: [([Float], Double)] = [
    ([1, 9, 8, 7, 6, 5, 0], 0), ([5, 9, 8, 7, 6, 1, 0], 1), ([6, 9, 8, 7, 6, 6, 6], 1), ([9, 1, 1, 1, 1, 1, 1], 1),
  ]

  /// FP32's class has the fifth and the sixth largest value here; of equal ones the first is larger.
  @Test(arguments: ranked)
  func fp32sClassMayBeAmongTheBestFive(output: [Float], share: Double) throws {
    let reference: [Float] = [9, 0, 0, 0, 0, 0, 0]
    let fidelity = try FidelityMeasure.compare(
      [output], with: [reference], scoring: .classification(classes: output.count))
    #expect(fidelity.top5Agreement == share)
    // The last of seven equal values is not among five.
    let equal = try FidelityMeasure.compare(
      [[Float](repeating: 1, count: 7)], with: [[0, 0, 0, 0, 0, 0, 1]], scoring: .classification(classes: 7))
    #expect(equal.top5Agreement == 0)
  }

  @Test func fiveOfFiveSayNothing() throws {
    let values: [[Float]] = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]
    func share(_ scoring: Scoring) throws -> Double? {
      try FidelityMeasure.compare(values, with: values, scoring: scoring).top5Agreement
    }
    #expect(try share(.classification(classes: 5)) == nil)
    #expect(try share(.classification(classes: 10)) == 1)
    #expect(try share(.answerSpan) == nil)
    #expect(try share(.similarity) == nil)
  }

  /// A line of text: a decision at every position.
  @Test func everyRowDecides() throws {
    let references: [[Float]] = [[1, 0, 0, 0, 2, 1, 0, 0, 1]]
    let outputs: [[Float]] = [[1, 0, 0, 0, 1, 2, 0, 0, 1]]
    let fidelity = try FidelityMeasure.compare(outputs, with: references, scoring: .classification(classes: 3))
    #expect(fidelity.decisions == 3)
    #expect(fidelity.top1Agreement == 2.0 / 3)
  }

  @Test func figuresAreTheTextbookOnes() throws {
    // Signal 9 + 16 + 1 = 26, error 0.25 + 0 + 1 + ... computed by hand.
    let references: [[Float]] = [[3, 4], [1, 0]]
    let outputs: [[Float]] = [[3.5, 4], [0, 1]]
    let fidelity = try FidelityMeasure.compare(outputs, with: references, scoring: .classification(classes: 2))
    // Error power 0.25 + 1 + 1 = 2.25: 10 log10(26 / 2.25) = 10.6279...
    #expect(abs((fidelity.sqnrDecibels ?? 0) - 10.627_908) < 1e-5)
    // Cosines: 26.5 / (5.31507 x 5) = 0.997165 and 0.
    #expect(abs(fidelity.cosine - 0.498_582_4) < 1e-6)
    #expect(fidelity.leastCosine == 0)
    #expect(fidelity.largestError == 1 && fidelity.largestReference == 4)
    #expect(fidelity.top1Agreement == 0.5)
  }

  @Test func answerSpansDecideStartAndEndApart() throws {
    // (start, end) per token: the start moves from token 0 to token 2, the end stays at token 1.
    let reference: [Float] = [9, 0, 1, 8, 2, 3]
    let output: [Float] = [1, 0, 2, 8, 9, 3]
    let fidelity = try FidelityMeasure.compare([output], with: [reference], scoring: .answerSpan)
    #expect(fidelity.decisions == 2)
    #expect(fidelity.top1Agreement == 0.5)
    #expect(FidelityMeasure.decisions(reference, .answerSpan) == [0, 1])
    #expect(FidelityMeasure.decisions(output, .answerSpan) == [2, 1])
  }

  @Test func sentencePairsAreRanked() throws {
    // Pair similarities of FP32: 1, 0, 0.6; at the precision: 0.6, 0, 1. Likeness 5, 1, 3.
    let references: [[Float]] = [[1, 0], [1, 0], [1, 0], [0, 1], [1, 0], [0.6, 0.8]]
    let outputs: [[Float]] = [[1, 0], [0.6, 0.8], [1, 0], [0, 1], [1, 0], [1, 0]]
    let fidelity = try FidelityMeasure.compare(
      outputs, with: references, scoring: .sentencePairs(likeness: [5, 1, 3]))
    let task = try #require(fidelity.task)
    #expect(task.pairs == 3)
    #expect(abs(task.fp32SpearmanWithLabels - 1) < 1e-12)
    #expect(abs(task.spearmanWithLabels - 0.5) < 1e-12)
    #expect(abs(task.spearmanWithFP32 - 0.5) < 1e-12)
    #expect(fidelity.top1Agreement == nil && fidelity.decisions == 0)
  }

  private static let incomparable: [([[Float]], [[Float]], String)] = [
    ([[.nan, 1]], [[0, 1]], "NaN"), ([[1, 1]], [[.infinity, 1]], "NaN or infinity"),
    ([[1]], [[1, 2]], "1 output elements and 2"), ([[1]], [], "1 outputs for 0"), ([], [], "0 outputs"),
    ([[]], [[]], "0 output elements"), ([[1, 0]], [[0, 0]], "all zero"),
  ]

  @Test(arguments: incomparable)
  func whatCannotBeComparedIsRefused(outputs: [[Float]], references: [[Float]], reason: String) {
    let error = #expect(throws: FidelityError.self) {
      try FidelityMeasure.compare(outputs, with: references, scoring: .classification(classes: 2))
    }
    #expect(error?.reason.contains(reason) == true)
  }
}
