import ModelGraph
import Tensors

/// The sizes of a bottleneck residual network (He et al. 2015), version 1.5: stride 2 in the 3x3 convolutions.
struct ResNetConfiguration: Hashable, Sendable {
  /// Channels of the first convolution; a stage's output has 4, 8, 16 and 32 times as many.
  let width: Int
  /// Residual blocks of each stage.
  let blocks: [Int]
  /// Height and width of the input image, which has 3 channels.
  let imageSize: Int
  /// Outputs of the final inner product.
  let classes: Int

  static let resnet50 = ResNetConfiguration(width: 64, blocks: [3, 4, 6, 3], imageSize: 224, classes: 1000)
  static let small = ResNetConfiguration(width: 8, blocks: [3, 4, 6, 3], imageSize: 64, classes: 16)

  /// The graph, batch norm folded into every convolution's weights and bias; names as in torchvision.
  ///
  /// Input: images (n, 3, size, size). Output: logits (n, classes).
  func graph(name: String, batch: Int) throws(GraphError) -> ModelGraph {
    var builder = GraphBuilder(name: name)
    var x = builder.input("image", shape: [batch, 3, imageSize, imageSize])
    x = try convolution(in: &builder, "conv1", x, channels: width, kernel: 7, stride: 2)
    x = try builder.node("maxpool", .maxPool(Pooling(kernel: 3, stride: 2, padding: 1)), inputs: [x])
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        x = try bottleneck(
          in: &builder, "layer\(stage + 1).\(block)", x, channels: width << stage,
          stride: stage > 0 && block == 0 ? 2 : 1, projects: block == 0)
      }
    }
    let pooled = try builder.node("avgpool", .globalAveragePool, inputs: [x])
    let logits = try builder.linear("fc", pooled, inputs: builder.shape(of: pooled)[1], outputs: classes)
    return builder.build(outputs: [logits])
  }

  /// How many parameters batch norm's folding removes: gamma and beta of each convolution's channels become one bias.
  func foldedAway(from graph: ModelGraph) -> Int {
    graph.nodes.reduce(0) { sum, node in
      guard case .convolution = node.op else { return sum }
      return sum + graph[node.output].shape[1]
    }
  }

  /// 1x1, 3x3 and 1x1 convolutions; the last one adds the input, or its projection, before the activation.
  private func bottleneck(
    in builder: inout GraphBuilder, _ name: String, _ src: TensorID, channels: Int, stride: Int, projects: Bool
  ) throws(GraphError) -> TensorID {
    var x = try convolution(in: &builder, "\(name).conv1", src, channels: channels, kernel: 1, stride: 1)
    x = try convolution(in: &builder, "\(name).conv2", x, channels: channels, kernel: 3, stride: stride)
    var skip = src
    if projects {
      skip = try convolution(
        in: &builder, "\(name).downsample", src, channels: 4 * channels, kernel: 1, stride: stride, activation: .none)
    }
    return try convolution(
      in: &builder, "\(name).conv3", x, channels: 4 * channels, kernel: 1, stride: 1, residual: skip)
  }

  private func convolution(
    in builder: inout GraphBuilder, _ name: String, _ src: TensorID, channels: Int, kernel: Int, stride: Int,
    activation: Activation = .relu, residual: TensorID? = nil
  ) throws(GraphError) -> TensorID {
    let attributes = Convolution(stride: stride, padding: kernel / 2, activation: activation)
    let inputs = [src] + (residual.map { [$0] } ?? [])
    return try builder.node(
      name, .convolution(attributes), inputs: inputs,
      parameters: [
        ("weight", .weights, [channels, builder.shape(of: src)[1], kernel, kernel]), ("bias", .bias, [channels]),
      ])
  }
}

extension GraphBuilder {
  /// Appends an inner product with bias.
  mutating func linear(
    _ name: String, _ src: TensorID, inputs: Int, outputs: Int, activation: Activation = .none
  ) throws(GraphError) -> TensorID {
    try node(
      name, .linear(Linear(activation: activation)), inputs: [src],
      parameters: [("weight", .weights, [outputs, inputs]), ("bias", .bias, [outputs])])
  }
}
