import AppTestSupport
import Foundation
import Harness
import ModelGraph
import NumericFormats
import Records
import Synchronization
import Testing
import Topology
import Workloads

/// Where accuracy is lost, from the models that workers measure.
@Suite struct AttributionRunTests {
  private static let small = "resnet-small"

  /// An attribution of the small residual network, by real workers.
  private static func attribute(
    _ contract: String, fault: AttributionRequest.Fault? = nil, choose: Int? = nil, samples: Int = 2,
    from begun: Attribution? = nil
  ) async throws -> (result: Attribution, changes: [Attribution]) {
    let workload = try WorkloadRegistry.workload(named: small)
    let graph = try workload.graph(batch: 1)
    let numerics = try AttributionNodes.contract(named: contract)
    let attribution =
      begun
      ?? Attribution(
        createdAt: "2026-01-02T03:04:05Z", model: small, parametersSHA256: String(repeating: "0a", count: 32),
        contract: contract, samples: samples, nodes: AttributionNodes.all(in: graph, under: numerics))
    let changes = Mutex<[Attribution]>([])
    var run = AttributionRun(
      request: AttributionRequest(
        parent: 0, workload: small, contract: contract, pus: try Topology.discover().placement(threads: 1),
        firstSample: 0, samples: samples, calibrationSamples: 2, nodes: [], variants: [], fault: fault),
      timeout: 60, availableSamples: workload.sampleCount(in: .evaluation), recommendation: { _ in choose },
      onChange: { attribution, _ in changes.withLock { $0.append(attribution) } })
    run.command = WorkerCommand(executable: AssayProcess.executable.path, arguments: ["worker"])
    return (try await run.run(attribution), changes.withLock { $0 })
  }

  @Test(arguments: ["u8s8-vnni", "bf16-rne-sgemm"])
  func everyNodeIsMeasuredAloneAndWithOthers(contract: String) async throws {
    let (result, changes) = try await Self.attribute(contract, choose: 3)
    #expect(result.status == .complete && result.problem == nil)
    // A class for each sample.
    #expect(result.decisions == 2)
    #expect(result.nodes.count > 4 && result.nodes.allSatisfy { $0.failure == nil && ($0.error ?? 0) > 0 })
    #expect(result.cumulative.count == result.nodes.count + 1)
    #expect(result.cumulative.allSatisfy { $0.failure == nil })
    #expect(result.cumulative.dropFirst().compactMap(\.node) == result.leastHarmfulFirst.map(\.name))
    // All nodes lose more than one.
    let last = try #require(result.cumulative.last?.error)
    #expect(try result.nodes.allSatisfy { try #require($0.error) < last })
    let verification = try #require(result.verification)
    #expect(verification.loweredNodes == 3 && verification.samples == 2)
    // Other samples, other errors, of the same size.
    let again = try #require(verification.error), chosen = try #require(result.cumulative[3].error)
    #expect(again != chosen && again < 4 * chosen && chosen < 4 * again)
    #expect(changes.count >= 2 * result.nodes.count)
  }

  /// A worker that dies costs its model; the others are measured as if nothing had happened.
  @Test(arguments: [RoundRequest.Fault.crash, .exit])
  func aFaultCostsOneModel(kind: RoundRequest.Fault) async throws {
    let (whole, _) = try await Self.attribute("u8s8-vnni")
    let (result, _) = try await Self.attribute("u8s8-vnni", fault: .init(id: 2, kind: kind))
    let failure = try #require(result.nodes[2].failure)
    #expect(failure.contains(kind == .crash ? "SIGSEGV" : "exit code 9"))
    for index in result.nodes.indices where index != 2 { #expect(result.nodes[index] == whole.nodes[index]) }
    // The cumulative models leave the node out; the one of the same number as the fault fails too.
    #expect(result.cumulative.count == whole.nodes.count)
    #expect(!result.cumulative.contains { $0.node == result.nodes[2].name })
    #expect(result.cumulative.filter { $0.failure != nil }.count == 1 && result.cumulative[2].failure != nil)
  }

  /// What is there is not measured again.
  @Test func anAttributionGoesOnWhereItStopped() async throws {
    let (whole, _) = try await Self.attribute("u8s8-vnni")
    var half = whole
    half.status = .incomplete
    half.nodes[1].error = nil
    half.nodes[1].top1Agreement = nil
    half.cumulative.removeLast(3)
    let (again, changes) = try await Self.attribute("u8s8-vnni", from: half)
    #expect(again == whole)
    #expect(changes.count < 10)
  }
}
