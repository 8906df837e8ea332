import ModelGraph
import Tensors

extension ExportCase {
  /// Every operator that is exported, with every attribute that changes its spelling.
  static let all: [ExportCase] = convolutions + pools + products + tokens + attention + rows

  /// Every activation that is exported.
  private static let activations: [Activation] = [
    .none, .relu, .gelu, .sigmoid, .tanh, .silu, .hardSigmoid(alpha: 0.3, beta: 0.4), .hardSwish,
    .leakyRelu(alpha: 0.1), .clip(low: -0.25, high: 0.5),
  ]

  private static func convolution(
    _ name: String, source: [Int], weights: [Int], _ convolution: Convolution, hasResidual: Bool = false
  ) -> ExportCase {
    ExportCase("convolution \(name)") { batch, builder in
      let src = builder.input("src", shape: Shape([batch] + source))
      let parameters: [(suffix: String, role: ParameterRole, Shape)] = [
        ("weight", .weights, Shape(weights)), ("bias", .bias, [weights[0]]),
      ]
      var inputs = [src]
      if hasResidual {
        let shape = try Operator.convolution(convolution).outputShape(
          node: "", inputs: [builder.shape(of: src)], parameters: parameters.map { $0.2 })
        inputs.append(builder.input("residual", shape: shape))
      }
      return try builder.node("conv", .convolution(convolution), inputs: inputs, parameters: parameters)
    }
  }

  private static let convolutions: [ExportCase] =
    activations.map { activation in
      convolution(
        activation.name, source: [3, 7, 6], weights: [4, 3, 3, 3],
        Convolution(stride: 1, padding: 1, activation: activation))
    } + [
      convolution(
        "uneven", source: [3, 9, 8], weights: [4, 3, 3, 2],
        Convolution(
          window: Window(
            stride: Window.Extent(2, 1), padding: Window.Padding(top: 0, left: 2, bottom: 1, right: 1),
            dilation: Window.Extent(1, 2)), activation: .relu)),
      convolution(
        "groups", source: [4, 5, 5], weights: [6, 2, 3, 3],
        Convolution(window: Window(stride: 1, padding: 1), groups: 2, activation: .none)),
      convolution(
        "depthwise", source: [4, 5, 5], weights: [4, 1, 3, 3],
        Convolution(window: Window(stride: 2, padding: 1), groups: 4, activation: .relu)),
      convolution(
        "residual", source: [3, 5, 5], weights: [4, 3, 1, 1], Convolution(stride: 1, padding: 0, activation: .none),
        hasResidual: true),
      convolution(
        "residual relu", source: [3, 5, 5], weights: [4, 3, 1, 1],
        Convolution(stride: 1, padding: 0, activation: .relu), hasResidual: true),
      convolution(
        "1-D", source: [3, 9], weights: [4, 3, 3],
        Convolution(
          window: Window(
            stride: Window.Extent(1, 2), padding: Window.Padding(top: 0, left: 2, bottom: 0, right: 1),
            dilation: Window.Extent(1, 2)), activation: .relu)),
    ]

  private static let pools: [ExportCase] = [
    ExportCase("maxPool") { batch, builder in
      let window = Window(
        stride: Window.Extent(2, 1), padding: Window.Padding(top: 1, left: 0, bottom: 0, right: 1))
      return try builder.node(
        "pool", .maxPool(Pooling(kernel: Window.Extent(3, 2), window: window)),
        inputs: [builder.input("src", shape: [batch, 2, 8, 5])])
    },
    ExportCase("maxPool 1-D") { batch, builder in
      let window = Window(
        stride: Window.Extent(1, 2), padding: Window.Padding(top: 0, left: 1, bottom: 0, right: 0),
        dilation: Window.Extent(1, 2))
      return try builder.node(
        "pool", .maxPool(Pooling(kernel: Window.Extent(1, 3), window: window)),
        inputs: [builder.input("src", shape: [batch, 2, 11])])
    },
    ExportCase("globalAveragePool") { batch, builder in
      try builder.node("pool", .globalAveragePool, inputs: [builder.input("src", shape: [batch, 3, 4, 5])])
    },
  ]

  private static func linear(_ activation: Activation, _ source: [Int]) -> ExportCase {
    ExportCase("linear \(activation.name), rank \(source.count + 1)") { batch, builder in
      let src = builder.input("src", shape: Shape([batch] + source))
      return try builder.node(
        "linear", .linear(Linear(activation: activation)), inputs: [src],
        parameters: [("weight", .weights, [40, source[source.count - 1]]), ("bias", .bias, [40])])
    }
  }

  private static func matMul(_ name: String, _ matMul: MatMul, _ left: [Int], _ right: [Int]) -> ExportCase {
    ExportCase("matMul \(name)") { batch, builder in
      let a = builder.input("a", shape: Shape([batch] + left))
      let b = builder.input("b", shape: Shape([batch] + right))
      return try builder.node("product", .matMul(matMul), inputs: [a, b])
    }
  }

  private static let products: [ExportCase] =
    activations.flatMap { [linear($0, [35]), linear($0, [3, 35])] } + [
      matMul("plain", MatMul(), [2, 3, 4], [2, 4, 5]),
      matMul("transposed", MatMul(transposesRight: true), [2, 3, 4], [2, 5, 4]),
      matMul("scaled", MatMul(scale: 0.5), [3, 4], [4, 5]),
      matMul("transposed and scaled", MatMul(transposesRight: true, scale: 0.25), [3, 4], [5, 4]),
    ]

  private static let tokens: [ExportCase] = [
    // No pass turns three look-ups into an embedding: they are as fast.
    ExportCase("embedding", restored: ["Gather", "Gather", "Add", "Add"]) { batch, builder in
      let ids = builder.input("ids", shape: [batch, 4], elementType: .int32)
      let types = builder.input("types", shape: [batch, 4], elementType: .int32)
      return try builder.node(
        "embedding", .embedding, inputs: [ids, types],
        parameters: [
          ("words", .wordEmbedding, [10, 6]), ("positions", .positionEmbedding, [7, 6]),
          ("types", .typeEmbedding, [2, 6]),
        ])
    },
    ExportCase("meanPool") { batch, builder in
      let src = builder.input("src", shape: [batch, 5, 3])
      let mask = builder.input("mask", shape: [batch, 5], elementType: .int32)
      return try builder.node("pool", .meanPool, inputs: [src, mask])
    },
  ]

  private static let attention: [ExportCase] = [
    ExportCase("attention scores") { batch, builder in
      let query = builder.input("query", shape: [batch, 5, 12])
      let key = builder.input("key", shape: [batch, 5, 12])
      return try builder.node("scores", .attentionScores(Attention(heads: 3, scale: 0.5)), inputs: [query, key])
    },
    ExportCase("attention context") { batch, builder in
      let weights = builder.input("weights", shape: [batch, 3, 5, 5])
      let value = builder.input("value", shape: [batch, 5, 12])
      return try builder.node("context", .attentionContext(Attention(heads: 3, scale: 1)), inputs: [weights, value])
    },
    // The mask stays apart: what is fused is its addition.
    ExportCase("maskedSoftmax", restored: ["Cast", "Where", "Unsqueeze", "softmax"]) { batch, builder in
      let scores = builder.input("scores", shape: [batch, 3, 5, 5])
      let mask = builder.input("mask", shape: [batch, 5], elementType: .int32)
      return try builder.node("softmax", .maskedSoftmax, inputs: [scores, mask])
    },
    ExportCase("softmax") { batch, builder in
      try builder.node("softmax", .softmax, inputs: [builder.input("src", shape: [batch, 3, 5])])
    },
    ExportCase("softmax with an addend") { batch, builder in
      let src = builder.input("src", shape: [batch, 3, 5])
      return try builder.node("softmax", .softmax, inputs: [src, builder.input("addend", shape: [batch, 1, 5])])
    },
  ]

  private static let rows: [ExportCase] = [
    ExportCase("layerNorm") { batch, builder in
      try layerNorm([builder.input("src", shape: [batch, 3, 35])], &builder)
    },
    ExportCase("layerNorm with a residual") { batch, builder in
      let src = builder.input("src", shape: [batch, 3, 35])
      return try layerNorm([src, builder.input("residual", shape: [batch, 3, 35])], &builder)
    },
    ExportCase("l2Normalize") { batch, builder in
      try builder.node("normalize", .l2Normalize, inputs: [builder.input("src", shape: [batch, 35])])
    },
  ]

  private static func layerNorm(_ inputs: [TensorID], _ builder: inout GraphBuilder) throws -> TensorID {
    try builder.node(
      "norm", .layerNorm(LayerNorm(epsilon: 1e-5)), inputs: inputs,
      parameters: [("gamma", .gamma, [35]), ("beta", .beta, [35])])
  }
}
