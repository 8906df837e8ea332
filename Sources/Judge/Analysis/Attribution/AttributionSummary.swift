import Glibc
import Records

/// What an attribution says: nodes by the damage that lowering them does, and what to keep at FP32 for a budget.
public struct AttributionSummary: Codable, Hashable, Sendable {
  /// The workload's name.
  public let model: String
  /// The contract that nodes are lowered to.
  public let contract: String
  /// Samples compared.
  public let samples: Int
  /// Decisions behind every top-1, as far as outputs decide something; the samples where an older file does not say.
  public let decisions: Int
  /// Whether something is still to be measured.
  public let isComplete: Bool
  /// The nodes, the most harmful first; those whose error could not be measured come before all, in the model's order,
  /// those that are not measured yet last.
  public let nodes: [Row]
  /// The model's error with no node that multiplies lowered, only what else the contract stores; nil where not measured.
  public let errorOfOthers: Double?
  /// The model's error with everything lowered; nil where not measured.
  public let errorOfAll: Double?
  /// The part of the model's multiply-accumulates that these nodes are; 1 but for empty models.
  public let multiplyAccumulates: Int

  /// A node.
  public struct Row: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its operator.
    public let op: String
    /// The model's error with this node alone lowered; nil where not measured.
    public let error: Double?
    /// The same in decibels, signal over error; nil where there is no error or none measured.
    public let sqnrDecibels: Double?
    /// Share of decisions that agree with FP32's; nil for outputs that decide nothing.
    public let top1Agreement: Double?
    /// The model's error with this node and all less harmful ones lowered; nil where not measured.
    public let cumulativeError: Double?
    /// The node's part of all nodes' multiply-accumulates.
    public let multiplyAccumulatesShare: Double
    /// Bytes of weights that lowering it saves.
    public let savedWeightBytes: Int
    /// Bytes of activations read that lowering it saves, for each sample.
    public let savedActivationBytes: Int
    /// Why there is no error, where measuring failed.
    public let failure: String?
  }

  /// One sentence about nodes that could not be measured; nil where there are none.
  public var failures: String? {
    let count = nodes.count { $0.failure != nil }
    return count == 0 ? nil : "\(count) of \(nodes.count) nodes could not be measured; the report says why."
  }

  /// Summarises what was measured.
  public init(of attribution: Attribution) {
    model = attribution.model
    contract = attribution.contract
    samples = attribution.samples
    decisions = attribution.decisions ?? attribution.samples
    isComplete = attribution.status == .complete
    let total = attribution.nodes.reduce(0) { $0 + $1.multiplyAccumulates }
    multiplyAccumulates = total
    var steps: [String: Attribution.Step] = [:]
    for step in attribution.cumulative { if let node = step.node { steps[node] = step } }
    nodes = attribution.leastHarmfulFirst.reversed().map { node in
      Row(
        name: node.name, op: node.op, error: node.error, sqnrDecibels: node.error.flatMap(Self.decibels),
        top1Agreement: node.top1Agreement, cumulativeError: steps[node.name]?.error,
        multiplyAccumulatesShare: total > 0 ? Double(node.multiplyAccumulates) / Double(total) : 0,
        savedWeightBytes: node.weightBytes - node.loweredWeightBytes,
        savedActivationBytes: node.activationBytes - node.loweredActivationBytes,
        failure: node.failure ?? steps[node.name]?.failure)
    }
    errorOfOthers = attribution.cumulative.first?.error
    errorOfAll =
      attribution.cumulative.count == attribution.nodes.count + 1 ? attribution.cumulative.last?.error : nil
  }

  /// -20 log10 of a relative error; nil for no error.
  public static func decibels(_ error: Double) -> Double? { error > 0 ? -20 * log10(error) : nil }
}
