import ModelGraph
import Tensors

/// The sizes of a BERT encoder (Devlin et al. 2018).
struct BERTConfiguration: Hashable, Sendable {
  /// Encoder layers.
  let layers: Int
  /// Features of a token.
  let features: Int
  /// Attention heads; each owns features / heads features.
  let heads: Int
  /// Features between the two inner products of a layer's feed-forward half.
  let hidden: Int
  /// Rows of the word embedding.
  let vocabulary: Int
  /// Tokens of a sequence.
  let sequence: Int
  /// Rows of the position embedding.
  var positions = 512

  /// 12 x 768.
  static func base(sequence: Int) -> BERTConfiguration {
    BERTConfiguration(layers: 12, features: 768, heads: 12, hidden: 3072, vocabulary: 30522, sequence: sequence)
  }

  /// 24 x 1024.
  static func large(sequence: Int) -> BERTConfiguration {
    BERTConfiguration(layers: 24, features: 1024, heads: 16, hidden: 4096, vocabulary: 30522, sequence: sequence)
  }

  /// 2 x 64.
  static let small = BERTConfiguration(
    layers: 2, features: 64, heads: 4, hidden: 128, vocabulary: 1000, sequence: 32, positions: 64)
  /// 6 x 384.
  static let miniLM = BERTConfiguration(
    layers: 6, features: 384, heads: 12, hidden: 1536, vocabulary: 30522, sequence: 32)
  /// 2 x 48.
  static let miniLMSmall = BERTConfiguration(
    layers: 2, features: 48, heads: 4, hidden: 96, vocabulary: 1000, sequence: 32, positions: 64)

  /// What follows the encoder.
  enum Head: Hashable, Sendable {
    /// Start and end logits per token: (n, s, 2).
    case answerSpan
    /// Mean over the tokens that count, then unit length: (n, features).
    case sentenceEmbedding
  }

  /// Added to variances; the value of the published models.
  static let epsilon: Float = 1e-12

  /// The graph; node and parameter names as in the published checkpoints.
  ///
  /// Inputs, each (n, s) int32: input_ids, token_type_ids, attention_mask.
  func graph(name: String, batch: Int, head: Head) throws(GraphError) -> ModelGraph {
    var builder = GraphBuilder(name: name)
    let inputs = ["input_ids", "token_type_ids", "attention_mask"].map {
      builder.input($0, shape: [batch, sequence], elementType: .int32)
    }
    let mask = inputs[2]
    var x = try builder.node(
      "embeddings", .embedding, inputs: Array(inputs[..<2]),
      parameters: [
        ("word_embeddings.weight", .wordEmbedding, [vocabulary, features]),
        ("position_embeddings.weight", .positionEmbedding, [positions, features]),
        ("token_type_embeddings.weight", .typeEmbedding, [2, features]),
      ])
    x = try layerNorm(in: &builder, "embeddings.LayerNorm", [x])
    for layer in 0..<layers { x = try self.layer(in: &builder, "encoder.layer.\(layer)", x, mask: mask) }
    switch head {
    case .answerSpan:
      x = try builder.linear("qa_outputs", x, inputs: features, outputs: 2)
    case .sentenceEmbedding:
      x = try builder.node("pooling", .meanPool, inputs: [x, mask])
      x = try builder.node("normalize", .l2Normalize, inputs: [x])
    }
    return builder.build(outputs: [x])
  }

  private func layer(
    in builder: inout GraphBuilder, _ name: String, _ src: TensorID, mask: TensorID
  ) throws(GraphError) -> TensorID {
    func linear(
      _ suffix: String, _ src: TensorID, _ inputs: Int, _ outputs: Int, _ activation: Activation = .none
    ) throws(GraphError) -> TensorID {
      try builder.linear("\(name).\(suffix)", src, inputs: inputs, outputs: outputs, activation: activation)
    }
    let attention = "\(name).attention.self"
    let query = try linear("attention.self.query", src, features, features)
    let key = try linear("attention.self.key", src, features, features)
    let value = try linear("attention.self.value", src, features, features)
    let scale = 1 / Float(features / heads).squareRoot()
    var x = try builder.node(
      "\(attention).scores", .attentionScores(Attention(heads: heads, scale: scale)), inputs: [query, key])
    x = try builder.node("\(attention).softmax", .maskedSoftmax, inputs: [x, mask])
    x = try builder.node(
      "\(attention).context", .attentionContext(Attention(heads: heads, scale: 1)), inputs: [x, value])
    x = try linear("attention.output.dense", x, features, features)
    let attended = try layerNorm(in: &builder, "\(name).attention.output.LayerNorm", [x, src])
    x = try linear("intermediate.dense", attended, features, hidden, .gelu)
    x = try linear("output.dense", x, hidden, features)
    return try layerNorm(in: &builder, "\(name).output.LayerNorm", [x, attended])
  }

  private func layerNorm(
    in builder: inout GraphBuilder, _ name: String, _ inputs: [TensorID]
  ) throws(GraphError) -> TensorID {
    try builder.node(
      name, .layerNorm(LayerNorm(epsilon: Self.epsilon)), inputs: inputs,
      parameters: [("weight", .gamma, [features]), ("bias", .beta, [features])])
  }
}
