import ModelGraph
import Tensors
import Testing

/// What the literature says about one layer.
struct LayerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: Shape
  let parameters: Int
  let multiplyAccumulates: Int

  init(_ name: String, _ shape: Shape, _ parameters: Int, _ multiplyAccumulates: Int) {
    self.name = name
    self.shape = shape
    self.parameters = parameters
    self.multiplyAccumulates = multiplyAccumulates
  }

  var testDescription: String { name }

  /// Compares the layer with the graph's node of the same name.
  func check(in graph: ModelGraph) throws {
    let node = try #require(graph.nodes.first { $0.name == name })
    #expect(graph[node.output].shape == shape)
    #expect(node.parameters.reduce(0) { $0 + graph[$1].shape.count } == parameters)
    #expect(graph.multiplyAccumulates(of: node) == multiplyAccumulates)
  }
}
