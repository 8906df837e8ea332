/// What is served, for logs and reports.
public struct ServedModelDescription: Codable, Hashable, Sendable {
  /// The workload's name.
  public var workload: String
  /// What it computes in.
  public var precision: String
  /// The numerics contract that the engine makes of the precision here.
  public var contract: String
  /// The engine's name.
  public var engine: String
  /// The greatest instruction-set level of Assay's own kernels.
  public var isa: String
  /// Whether the thread that issues computes; otherwise a dynamic batcher's instances do.
  public var isInline: Bool
  /// The PU (OS index) of each thread of each instance.
  public var instances: [[Int]]
  /// The batch sizes that the model is prepared for.
  public var batchSizes: [Int]
  /// How long the oldest sample may wait for others, nanoseconds; 0 where nothing waits.
  public var maxWait: Int64
  /// Bytes of a sample.
  public var sampleBytes: Int
  /// Bytes of a response.
  public var responseBytes: Int
  /// Whether responses are FP32 numbers throughout, which can be compared.
  public var isFP32Response: Bool
  /// All samples of the library.
  public var sampleCount: Int
  /// How many of them fit into memory.
  public var performanceSampleCount: Int
  /// INT8: samples that ranges were measured on.
  public var calibrationSamples: Int?
  /// What each instance holds.
  public var memory: [Memory]

  /// Bytes of an instance.
  public struct Memory: Codable, Hashable, Sendable {
    /// Weights, which batch sizes share as far as the engine packs them alike.
    public var weights: Int
    /// Activations, of all batch sizes together.
    public var activations: Int
    /// Scratch buffers, of all batch sizes together.
    public var scratch: Int
  }

  /// The system's name in logs: for example `resnet50 int8, native, 2 x 4 threads, batches up to 8`.
  public var name: String {
    let threads = instances.first?.count ?? 0
    let team = instances.count == 1 ? "\(threads)" : "\(instances.count) x \(threads)"
    let batch = batchSizes.last ?? 1
    return "\(workload) \(precision), \(engine), \(team) \(instances.count * threads == 1 ? "thread" : "threads")"
      + (batch == 1 ? "" : ", batches up to \(batch)")
  }
}
