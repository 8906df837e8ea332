import Analysis
import Records
import Testing

@Suite struct AttributionSummaryTests {
  @Test func theMostHarmfulComesFirst() {
    let summary = AttributionSummary(of: AttributionSample.attribution())
    #expect(summary.nodes.map(\.name) == ["b", "d", "a", "c"])
    #expect(summary.nodes.map(\.cumulativeError) == [0.05, 0.02, 0.01, 0.002])
    #expect(summary.nodes.map(\.multiplyAccumulatesShare) == [0.5, 0.1, 0.1, 0.3])
    #expect(summary.nodes.allSatisfy { $0.savedWeightBytes == 300 && $0.savedActivationBytes == 60 })
    #expect(abs((summary.nodes[2].sqnrDecibels ?? 0) - 40) < 1e-9)
    #expect(summary.errorOfOthers == 0.001 && summary.errorOfAll == 0.05 && summary.isComplete)
  }

  /// Of equal errors the earlier node comes first; what failed before all, what is not measured last.
  @Test func everyNodeHasAPlace() {
    var attribution = AttributionSample.attribution()
    attribution.nodes = [
      AttributionSample.node("late", error: nil), AttributionSample.node("x", error: 0),
      AttributionSample.node("y", error: 0), AttributionSample.node("bad", error: nil, failure: "killed by signal 11"),
      AttributionSample.node("z", error: 0.5),
    ]
    attribution.cumulative = [Attribution.Step(node: nil, error: 0)]
    let summary = AttributionSummary(of: attribution)
    #expect(summary.nodes.map(\.name) == ["bad", "z", "x", "y", "late"])
    #expect(summary.nodes.map(\.failure) == ["killed by signal 11", nil, nil, nil, nil])
    #expect(summary.nodes[2].sqnrDecibels == nil && summary.nodes[2].error == 0)
    #expect(summary.errorOfAll == nil)
    #expect(summary.failures == "1 of 5 nodes could not be measured; the report says why.")
    attribution.nodes.remove(at: 3)
    #expect(AttributionSummary(of: attribution).failures == nil)
  }
}
