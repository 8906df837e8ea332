import Tensors
import Testing

@testable import ModelGraph

/// One operator with the shapes it is given, and the shape or the complaint that must follow.
private struct ShapeCase: Sendable, CustomTestStringConvertible {
  let op: Operator
  let inputs: [Shape]
  var parameters: [Shape] = []
  var result: Shape?
  var complaint = ""

  var testDescription: String { "\(op.name) \(inputs) \(parameters)" }
}

@Suite struct GraphBuilderTests {
  private static let convolution = Operator.convolution(Convolution(stride: 2, padding: 3, activation: .relu))
  private static let pool = Operator.maxPool(Pooling(kernel: 3, stride: 2, padding: 1))
  private static let linear = Operator.linear(Linear(activation: .gelu))
  private static let norm = Operator.layerNorm(LayerNorm(epsilon: 1e-12))
  private static let attention = Attention(heads: 4, scale: 0.25)

  @Test(arguments: [
    ShapeCase(
      op: convolution, inputs: [[2, 3, 224, 224]], parameters: [[64, 3, 7, 7], [64]], result: [2, 64, 112, 112]),
    ShapeCase(op: convolution, inputs: [[1, 3, 5, 8]], parameters: [[4, 3, 7, 7], [4]], result: [1, 4, 3, 4]),
    ShapeCase(
      op: convolution, inputs: [[1, 3, 5, 8], [1, 4, 3, 4]], parameters: [[4, 3, 7, 7], [4]], result: [1, 4, 3, 4]),
    ShapeCase(op: pool, inputs: [[1, 8, 112, 111]], result: [1, 8, 56, 56]),
    ShapeCase(op: .globalAveragePool, inputs: [[2, 8, 7, 7]], result: [2, 8]),
    ShapeCase(op: linear, inputs: [[2, 5, 6]], parameters: [[3, 6], [3]], result: [2, 5, 3]),
    ShapeCase(op: linear, inputs: [[6]], parameters: [[3, 6], [3]], result: [3]),
    ShapeCase(
      op: .embedding, inputs: [[2, 5], [2, 5]], parameters: [[9, 4], [5, 4], [2, 4]], result: [2, 5, 4]),
    ShapeCase(op: norm, inputs: [[2, 5, 4], [2, 5, 4]], parameters: [[4], [4]], result: [2, 5, 4]),
    ShapeCase(op: .attentionScores(attention), inputs: [[2, 5, 8], [2, 5, 8]], result: [2, 4, 5, 5]),
    ShapeCase(op: .maskedSoftmax, inputs: [[2, 4, 5, 5], [2, 5]], result: [2, 4, 5, 5]),
    ShapeCase(op: .attentionContext(attention), inputs: [[2, 4, 5, 5], [2, 5, 8]], result: [2, 5, 8]),
    ShapeCase(op: .meanPool, inputs: [[2, 5, 8], [2, 5]], result: [2, 8]),
    ShapeCase(op: .l2Normalize, inputs: [[2, 8]], result: [2, 8]),
  ])
  private func infersShapes(_ sample: ShapeCase) throws {
    #expect(try build(sample) == sample.result)
  }

  @Test(arguments: [
    ShapeCase(
      op: convolution, inputs: [[1, 4, 8, 8]], parameters: [[2, 3, 7, 7], [2]], complaint: "4 input channels"),
    ShapeCase(
      op: convolution, inputs: [[1, 3, 8, 8]], parameters: [[2, 3, 7, 7], [3]], complaint: "the bias must be 2 and is 3"
    ),
    ShapeCase(
      op: convolution, inputs: [[1, 3, 8, 8], [1, 2, 4, 5]], parameters: [[2, 3, 7, 7], [2]], complaint: "the residual"),
    ShapeCase(op: convolution, inputs: [[1, 3, 0, 8]], parameters: [[2, 3, 7, 7], [2]], complaint: "does not fit"),
    ShapeCase(op: convolution, inputs: [[3, 8, 8]], parameters: [[2, 3, 7, 7], [2]], complaint: "3 dimensions"),
    ShapeCase(
      op: .maxPool(Pooling(kernel: 3, stride: 1, padding: 3)), inputs: [[1, 1, 8, 8]],
      complaint: "reaches the window's size"),
    ShapeCase(op: linear, inputs: [[2, 5]], parameters: [[3, 6], [3]], complaint: "last dimension"),
    ShapeCase(op: linear, inputs: [[2, 6]], parameters: [[3, 6]], complaint: "2 parameters and got 1"),
    ShapeCase(
      op: .embedding, inputs: [[2, 5], [2, 5]], parameters: [[9, 4], [4, 4], [2, 4]], complaint: "exceed the table's 4"),
    ShapeCase(
      op: .embedding, inputs: [[2, 5], [2, 5]], parameters: [[9, 4], [5, 3], [2, 4]], complaint: "differ in features"),
    ShapeCase(op: .attentionScores(attention), inputs: [[2, 5, 6], [2, 5, 6]], complaint: "split into 4 heads"),
    ShapeCase(op: .maskedSoftmax, inputs: [[2, 4, 5, 5], [2, 4]], complaint: "the mask"),
    ShapeCase(op: .attentionContext(attention), inputs: [[2, 2, 5, 5], [2, 5, 8]], complaint: "the probabilities"),
    ShapeCase(op: .l2Normalize, inputs: [[2, 8], [2, 8]], complaint: "1 inputs and got 2"),
  ])
  private func refusesWhatDoesNotFit(_ sample: ShapeCase) {
    let error = #expect(throws: GraphError.self) { try build(sample) }
    #expect(error?.description.contains(sample.complaint) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("Node tested: ") == true)
  }

  @Test func namesAndNumbersWhatItDeclares() throws {
    var builder = GraphBuilder(name: "two")
    let x = builder.input("x", shape: [1, 4])
    let ids = builder.input("ids", shape: [1, 2], elementType: .int32)
    let y = try builder.node(
      "fc", .linear(Linear(activation: .none)), inputs: [x],
      parameters: [("weight", .weights, [3, 4]), ("bias", .bias, [3])])
    let graph = builder.build(outputs: [y])
    #expect(graph.inputs == [x, ids])
    #expect(graph[ids].elementType == .int32)
    #expect(graph.parameters.map(\.name) == ["fc.weight", "fc.bias"])
    #expect(graph.nodes.map(\.output) == [y])
    #expect(graph[y].shape == [1, 3])
    #expect(graph.parameterCount == 15)
  }

  private func build(_ sample: ShapeCase) throws -> Shape {
    var builder = GraphBuilder(name: "graph")
    let inputs = sample.inputs.enumerated().map { builder.input("input\($0)", shape: $1) }
    let parameters = sample.parameters.enumerated().map { ("p\($0)", ParameterRole.weights, $1) }
    let id = try builder.node("tested", sample.op, inputs: inputs, parameters: parameters)
    return builder.shape(of: id)
  }
}
