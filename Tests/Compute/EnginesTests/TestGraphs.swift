import ModelGraph
import Tensors

@testable import Engines

/// Small graphs that hold every operator, with seeded parameters and inputs.
enum TestGraphs {
  /// Convolutions of all kinds, both pools, a residual and a classifier.
  static func residual(batch: Int = 2, channels: Int = 5, extent: Int = 13) throws -> ModelGraph {
    var builder = GraphBuilder(name: "residual")
    let image = builder.input("image", shape: [batch, 3, extent, extent])
    let stem = try convolution(&builder, "stem", image, channels, kernel: 7, stride: 2, activation: .relu)
    let pool = try builder.node("pool", .maxPool(Pooling(kernel: 3, stride: 2, padding: 1)), inputs: [stem])
    let a = try convolution(&builder, "a", pool, 150, kernel: 3, stride: 1, activation: .relu)
    let b = try convolution(
      &builder, "b", a, channels, kernel: 1, stride: 1, activation: .relu, residual: pool)
    let gap = try builder.node("gap", .globalAveragePool, inputs: [b])
    let head = try linear(&builder, "head", gap, 10)
    return builder.build(outputs: [head])
  }

  /// One encoder layer with attention, pooling and normalisation; a masked last position.
  static func attention(batch: Int = 2, sequence: Int = 9) throws -> ModelGraph {
    var builder = GraphBuilder(name: "attention")
    let ids = builder.input("ids", shape: [batch, sequence], elementType: .int32)
    let types = builder.input("types", shape: [batch, sequence], elementType: .int32)
    let mask = builder.input("mask", shape: [batch, sequence], elementType: .int32)
    let embedding = try builder.node(
      "embedding", .embedding, inputs: [ids, types],
      parameters: [
        ("word", .wordEmbedding, [20, 24]), ("position", .positionEmbedding, [sequence + 3, 24]),
        ("type", .typeEmbedding, [2, 24]),
      ])
    let q = try linear(&builder, "q", embedding, 24)
    let k = try linear(&builder, "k", embedding, 24)
    let v = try linear(&builder, "v", embedding, 24)
    let scores = try builder.node(
      "scores", .attentionScores(Attention(heads: 4, scale: 0.408)), inputs: [q, k])
    let probabilities = try builder.node("probabilities", .maskedSoftmax, inputs: [scores, mask])
    let context = try builder.node(
      "context", .attentionContext(Attention(heads: 4, scale: 1)), inputs: [probabilities, v])
    let feed = try linear(&builder, "feed", context, 24, activation: .gelu)
    let norm = try builder.node(
      "norm", .layerNorm(LayerNorm(epsilon: 1e-12)), inputs: [feed, embedding],
      parameters: [("gamma", .gamma, [24]), ("beta", .beta, [24])])
    let pooled = try builder.node("pooled", .meanPool, inputs: [norm, mask])
    let unit = try builder.node("unit", .l2Normalize, inputs: [pooled])
    return builder.build(outputs: [unit])
  }

  /// One inner product.
  static func product(rows: Int, k: Int, n: Int, activation: Activation = .none) throws -> ModelGraph {
    var builder = GraphBuilder(name: "product")
    let source = builder.input("source", shape: [rows, k])
    let result = try linear(&builder, "result", source, n, activation: activation)
    return builder.build(outputs: [result])
  }

  /// One convolution.
  static func convolution(
    batch: Int, channels: Int, height: Int, width: Int, out: Int, kernel: Int, stride: Int, padding: Int
  ) throws -> ModelGraph {
    var builder = GraphBuilder(name: "convolution")
    let source = builder.input("source", shape: [batch, channels, height, width])
    let result = try builder.node(
      "result", .convolution(Convolution(stride: stride, padding: padding, activation: .relu)), inputs: [source],
      parameters: [("weight", .weights, [out, channels, kernel, kernel]), ("bias", .bias, [out])])
    return builder.build(outputs: [result])
  }

  /// Products of so few columns beyond a multiple of 16 that OpenBLAS 0.3.21 would allocate for them.
  static func convolutionOfSmallTiles() throws -> ModelGraph {
    try convolution(batch: 1, channels: 16, height: 7, width: 7, out: 32, kernel: 3, stride: 1, padding: 1)
  }

  /// Parameters that depend only on the name and the index: roughly uniform in -r ... r with r = 1 / sqrt(fan in).
  static func parameters(_ graph: ModelGraph) throws -> ParameterStore {
    try ParameterStore(graph.parameters) { info, values in
      let fanIn = info.role == .weights ? info.shape.count / info.shape[0] : 4
      let range = 1.7 / Float(fanIn).squareRoot()
      let seed = info.name.utf8.reduce(UInt64(17)) { ($0 &* 31) &+ UInt64($1) }
      for index in values.indices {
        values[index] = noise(seed, index) * range + (info.role == .gamma ? 1 : 0)
      }
    }
  }

  /// Fills a model's inputs with values that depend only on the position.
  static func fill(_ model: ExecutableModel) { fill(model.inputs, of: model.graph) }

  /// The same for the inputs of a model of `graph`.
  static func fill(_ inputs: [UnsafeMutableRawBufferPointer], of graph: ModelGraph) {
    for (id, buffer) in zip(graph.inputs, inputs) {
      let info = graph[id]
      if info.elementType == .float32 {
        let values = buffer.bindMemory(to: Float.self)
        for index in values.indices { values[index] = noise(3, index) * 2 }
      } else {
        let values = buffer.bindMemory(to: Int32.self)
        for index in values.indices {
          switch info.name {
          case "ids": values[index] = Int32(index * 7 % 20)
          case "types": values[index] = Int32(index % 2)
          default: values[index] = (index + 1) % info.shape[1] == 0 ? 0 : 1
          }
        }
      }
    }
  }

  private static func noise(_ seed: UInt64, _ index: Int) -> Float {
    var x = seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float(x >> 40) / Float(1 << 23) - 1
  }

  private static func convolution(
    _ builder: inout GraphBuilder, _ name: String, _ source: TensorID, _ out: Int, kernel: Int, stride: Int,
    activation: Activation, residual: TensorID? = nil
  ) throws -> TensorID {
    let channels = builder.shape(of: source)[1]
    return try builder.node(
      name, .convolution(Convolution(stride: stride, padding: kernel / 2, activation: activation)),
      inputs: [source] + (residual.map { [$0] } ?? []),
      parameters: [("weight", .weights, [out, channels, kernel, kernel]), ("bias", .bias, [out])])
  }

  private static func linear(
    _ builder: inout GraphBuilder, _ name: String, _ source: TensorID, _ out: Int, activation: Activation = .none
  ) throws -> TensorID {
    try builder.node(
      name, .linear(Linear(activation: activation)), inputs: [source],
      parameters: [("weight", .weights, [out, builder.shape(of: source)[-1]]), ("bias", .bias, [out])])
  }
}
