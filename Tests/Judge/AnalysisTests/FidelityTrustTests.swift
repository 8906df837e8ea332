import Records
import Testing

@testable import Analysis

@Suite struct FidelityTrustTests {
  func fidelity(decisions: Int, agreement: Double? = 1, reference: Double = 9.5) -> Fidelity {
    var fidelity = Sample.fidelity()
    fidelity.decisions = decisions
    fidelity.top1Agreement = agreement
    fidelity.largestReference = reference
    return fidelity
  }

  @Test("Agreement is believed from 30 decisions", arguments: [(0, false), (29, false), (30, true)])
  func decisions(count: Int, expected: Bool) { #expect(fidelity(decisions: count).isTop1Trustworthy == expected) }

  @Test func whatDoesNotExistNeedsNoMark() { #expect(fidelity(decisions: 0, agreement: nil).isTop1Trustworthy) }

  @Test("0.04 against the largest FP32 output", arguments: [(0.5, 0.08), (0, nil), (.nan, nil)] as [(Double, Double?)])
  func relativeError(reference: Double, expected: Double?) {
    #expect(fidelity(decisions: 30, reference: reference).relativeLargestError == expected)
  }
}
