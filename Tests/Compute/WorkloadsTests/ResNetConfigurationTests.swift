import ModelGraph
import Tensors
import Testing

@testable import Workloads

@Suite struct ResNetConfigurationTests {
  private let graph: ModelGraph

  init() throws { graph = try ResNetWorkload.resnet50.graph(batch: 1) }

  @Test func hasThePublishedSize() throws {
    #expect(graph.multiplyAccumulates == 4_089_184_256)
    #expect(try ResNetWorkload.resnet50.declaredParameterCount() == 25_557_032)
    // 23,454,912 convolution weights + 26,560 folded biases + 2,049,000 in the classifier.
    #expect(try ResNetWorkload.resnet50.foldedParameterCount() == 25_530_472)
    let convolutions = graph.nodes.filter { $0.op.name == "convolution" }
    #expect(convolutions.count == 53)
    #expect(convolutions.reduce(0) { $0 + graph[$1.parameters[0]].shape.count } == 23_454_912)
  }

  /// (node, output, parameters, MACs), from He et al. 2015, table 1, with the stride in the 3x3 convolution.
  @Test(arguments: [
    LayerCase("conv1", [1, 64, 112, 112], 9_408 + 64, 118_013_952), LayerCase("maxpool", [1, 64, 56, 56], 0, 0),
    LayerCase("layer1.0.conv1", [1, 64, 56, 56], 4_096 + 64, 12_845_056),
    LayerCase("layer1.0.conv2", [1, 64, 56, 56], 36_864 + 64, 115_605_504),
    LayerCase("layer1.0.downsample", [1, 256, 56, 56], 16_384 + 256, 51_380_224),
    LayerCase("layer1.2.conv3", [1, 256, 56, 56], 16_384 + 256, 51_380_224),
    LayerCase("layer2.0.conv1", [1, 128, 56, 56], 32_768 + 128, 102_760_448),
    LayerCase("layer2.0.conv2", [1, 128, 28, 28], 147_456 + 128, 115_605_504),
    LayerCase("layer2.0.downsample", [1, 512, 28, 28], 131_072 + 512, 102_760_448),
    LayerCase("layer3.5.conv2", [1, 256, 14, 14], 589_824 + 256, 115_605_504),
    LayerCase("layer4.0.conv2", [1, 512, 7, 7], 2_359_296 + 512, 115_605_504),
    LayerCase("layer4.2.conv3", [1, 2048, 7, 7], 1_048_576 + 2_048, 51_380_224), LayerCase("avgpool", [1, 2048], 0, 0),
    LayerCase("fc", [1, 1000], 2_048_000 + 1_000, 2_048_000),
  ])
  func hasThePublishedLayers(layer: LayerCase) throws { try layer.check(in: graph) }

  @Test func addsTheSkipBeforeTheActivation() throws {
    for block in graph.nodes where block.name.hasSuffix(".conv3") {
      #expect(block.inputs.count == 2)
      #expect(block.op == .convolution(Convolution(stride: 1, padding: 0, activation: .relu)))
    }
    let projections = graph.nodes.filter { $0.name.hasSuffix(".downsample") }
    #expect(
      projections.map { $0.op }
        == [1, 2, 2, 2].map {
          .convolution(Convolution(stride: $0, padding: 0, activation: .none))
        })
  }

  @Test func scalesWithTheBatchButNotItsParameters() throws {
    let four = try ResNetWorkload.resnet50.graph(batch: 4)
    #expect(four.multiplyAccumulates == 4 * graph.multiplyAccumulates)
    #expect(four.parameters == graph.parameters)
    #expect(four[four.outputs[0]].shape == [4, 1000])
  }

  @Test func smallOneHasTheSameNodes() throws {
    let small = try ResNetWorkload.small.graph(batch: 1)
    #expect(small.nodes.map(\.name) == graph.nodes.map(\.name))
    #expect(small.nodes.map(\.op) == graph.nodes.map(\.op))
    #expect(small.parameterCount < 500_000)
  }
}
