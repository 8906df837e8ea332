import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct GateLimitsTests {
  private static let stream = Sample.cell()
  private static let offline = Sample.cell(measurement: .performance(.offline))
  private static let fidelity = Sample.cell(measurement: .fidelity)

  @Test func whatIsJudgedWhereNothingIsSaid() {
    func judged(_ cell: Cell) -> [Metric: GateLimits.Limit] {
      Dictionary(
        uniqueKeysWithValues: Metric.allCases.compactMap { metric in
          GateLimits().limit(of: metric, in: cell).map { (metric, $0) }
        })
    }
    #expect(judged(Self.stream) == [.latency: .automatic, .energy: .automatic, .memory: .share(0.1)])
    #expect(judged(Self.offline) == [.throughput: .automatic, .energy: .automatic, .memory: .share(0.1)])
    #expect(judged(Self.fidelity) == [.fidelity: .share(0.1), .accuracy: .share(0.01)])
  }

  @Test func laterRulesGoOverEarlierOnes() {
    let limits = GateLimits(rules: [
      .init(limits: [.latency: .share(0.03), .tailLatency: .share(0.2)]),
      .init(cells: "resnet50/*", limits: [.latency: .share(0.05), .memory: .off]),
    ])
    #expect(limits.limit(of: .latency, in: Self.stream) == .share(0.05))
    #expect(limits.limit(of: .tailLatency, in: Self.stream) == .share(0.2))
    #expect(limits.limit(of: .memory, in: Self.stream) == nil)
    #expect(limits.limit(of: .latency, in: Sample.cell(workload: "bert")) == .share(0.03))
    #expect(limits.limit(of: .memory, in: Sample.cell(workload: "bert")) == .share(0.1))
  }
}
