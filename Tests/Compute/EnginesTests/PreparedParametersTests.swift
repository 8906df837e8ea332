import CKernels
import ModelGraph
import NumericFormats
import Testing

@testable import Engines

@Suite struct PreparedParametersTests {
  /// A file may use one set of weights in thousands of nodes.
  @Test func turnedWeightsAreSharedByNodesThatShareWeights() throws {
    let graph = try TestGraphs.residual()
    let kernels = ckernels_operators(ISALevel.generic.features.operatorTable)!
    let parameters = try PreparedParameters(
      TestGraphs.parameters(graph), for: try Lowering.lower(graph, to: .fp32, calibration: nil), kernels: kernels)
    let weights = parameters.values(graph.nodes[0].parameters[0])
    let first = parameters.transposed(weights, groups: 1, m: 5, k: 147, kernels)
    #expect(first.base[0] == weights[0] && first.base[1] == weights[147] && first.base[5] == weights[1])
    #expect(parameters.transposed(weights, groups: 1, m: 5, k: 147, kernels) === first)
    #expect(parameters.transposed(weights, groups: 5, m: 1, k: 147, kernels) !== first)
  }
}
