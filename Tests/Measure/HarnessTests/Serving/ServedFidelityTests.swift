import LoadGen
import Records
import Testing
import Workloads

@testable import Harness

@Suite struct ServedFidelityTests {
  private static func response(_ index: Int32, _ values: [Float]) -> LoggedResponse {
    LoggedResponse(
      id: UInt64(index), index: index, data: values.flatMap { value in withUnsafeBytes(of: value, Array.init) })
  }

  private static let references = [
    response(0, [1, 2, 3]), response(1, [3, 2, 1]), response(2, [1, 4, 2]), response(3, [0, 0, 5]),
  ]

  /// By hand: sample 2 decides otherwise; the errors are 1 and 3, so 10 log10(74 / 10) dB.
  @Test func comparesBySampleInWhateverOrder() throws {
    let responses = [
      Self.response(3, [0, 0, 4]), Self.response(2, [1, 1, 2]), Self.response(0, [1, 2, 3]),
      Self.response(1, [3, 2, 1]),
    ]
    let fidelity = try ServedFidelity.compare(
      responses, with: Self.references, scoring: .classification(classes: 3))
    #expect(fidelity.samples == 4)
    #expect(fidelity.top1Agreement == 0.75)
    #expect(fidelity.largestError == 3)
    #expect(abs((fidelity.sqnrDecibels ?? 0) - 8.69231719730976) < 1e-9)
  }

  /// MultiStream answers the samples that fill up its last query twice.
  @Test func samplesAnsweredTwiceCountOnce() throws {
    let repeated = Self.references + [LoggedResponse(id: 9, index: 0, data: Self.references[0].data)]
    for (ours, theirs) in [(repeated, Self.references), (Self.references, repeated)] {
      let fidelity = try ServedFidelity.compare(ours, with: theirs, scoring: .similarity)
      #expect(fidelity.samples == 4)
      #expect(fidelity.sqnrDecibels == nil)
      #expect(fidelity.top1Agreement == nil)
    }
  }

  /// Their likeness is known of other samples than those that are served.
  @Test func sentencePairsAreOnlyClose() throws {
    let fidelity = try ServedFidelity.compare(
      Self.references, with: Self.references, scoring: .sentencePairs(likeness: [1, 2]))
    #expect(fidelity.task == nil)
    #expect(fidelity.cosine == 1)
  }

  @Test func refusesOtherSamplesAndOtherBytes() {
    func compare(_ responses: [LoggedResponse]) throws {
      _ = try ServedFidelity.compare(responses, with: Self.references, scoring: .similarity)
    }
    #expect(throws: FidelityError.self) { try compare(Array(Self.references.dropLast())) }
    #expect(throws: FidelityError.self) { try compare(Self.references.dropLast() + [Self.response(4, [0, 0, 5])]) }
    #expect(throws: FidelityError.self) {
      try compare(Self.references.dropLast() + [LoggedResponse(id: 3, index: 3, data: [1, 2, 3])])
    }
    #expect(throws: FidelityError.self) { try compare(Self.references.dropLast() + [Self.response(3, [0, 0])]) }
    #expect(throws: FidelityError.self) { try compare(Self.references.dropLast() + [Self.response(3, [0, 0, .nan])]) }
    #expect(throws: FidelityError.self) { try compare([]) }
  }
}
