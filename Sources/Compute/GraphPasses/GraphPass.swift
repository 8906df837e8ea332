/// A rewriting of a graph that keeps what it computes.
public protocol GraphPass: Sendable {
  /// The name as reports show it, for example `fold-batch-normalization`.
  var name: String { get }

  /// Rewrites the draft and returns how many places changed.
  func run(on draft: inout GraphDraft) throws -> Int
}

/// The passes that imported graphs go through.
public enum GraphPasses {
  /// All passes in the order in which they run.
  public static let all: [any GraphPass] = [
    RemoveIdentity(), MergeDuplicates(), FuseQuantized(), FoldConstants(), RemoveIdentity(), MergeMovements(),
    MergeDuplicates(),
    // Before anything swallows the additions and multiplications that spell activations and normalisations.
    FuseActivations(), FuseLayerNorm(), FuseL2Normalize(), FuseMeanPool(),
    FoldBatchNormalization(), ConvertConvolution(), ConvertPools(), ConvertLinear(),
    // Attention reads what projections write; the products that are left become plain ones.
    SplitProjections(), FuseAttention(), ConvertMatMul(), FuseSoftmax(), MergeMovements(), RemoveIdentity(),
  ]

  /// What a pass did.
  public struct Report: Hashable, Codable, Sendable {
    /// The pass's name.
    public let pass: String
    /// How many places changed.
    public let changes: Int
  }

  /// Runs every pass in turn and returns those that changed something, each once with all its changes, in the order in
  /// which they first changed something.
  public static func run(on draft: inout GraphDraft, passes: [any GraphPass] = all) throws -> [Report] {
    var names: [String] = []
    var changes: [String: Int] = [:]
    for pass in passes {
      let count = try pass.run(on: &draft)
      guard count > 0 else { continue }
      if changes[pass.name] == nil { names.append(pass.name) }
      changes[pass.name, default: 0] += count
    }
    return names.map { Report(pass: $0, changes: changes[$0] ?? 0) }
  }
}
