import ModelGraph

/// A model, how its inputs are made, and how its outputs are scored.
public protocol Workload: Sendable {
  /// The name on the command line, for example `bert-base-384`.
  var name: String { get }
  /// One line for listings.
  var summary: String { get }
  /// Who described the model, for example `He et al. 2015`.
  var source: String { get }
  /// How outputs are scored.
  var scoring: Scoring { get }

  /// Whether this is a shrunken variant for tests and golden values, which listings keep apart.
  var isSmall: Bool { get }

  /// Tokens of one sample, padding included; nil where samples have none.
  var tokensPerSample: Int? { get }

  /// The number of parameters as the literature counts them, where that differs from what the graph holds.
  func declaredParameterCount() throws -> Int

  /// The number of samples in a set.
  func sampleCount(in set: SampleSet) -> Int

  /// The model's graph for a batch of `batch` samples.
  func graph(batch: Int) throws -> ModelGraph

  /// The parameter values of a graph that this workload made; the same bits for every batch and on every machine.
  func parameters(for graph: ModelGraph) throws -> ParameterStore

  /// Writes one sample, the same bits on every machine.
  ///
  /// `inputs` holds one buffer per graph input, in the graph's order, each as large as one sample of that input.
  func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws
}

extension Workload {
  /// False: most workloads are what people run.
  public var isSmall: Bool { false }

  /// Nil: images and the like have no tokens.
  public var tokensPerSample: Int? { nil }

  /// The number of parameters that the graph holds.
  public func foldedParameterCount() throws -> Int { try graph(batch: 1).parameterCount }

  /// The graph's own count.
  public func declaredParameterCount() throws -> Int { try foldedParameterCount() }
}

/// Disjoint purposes for samples.
public enum SampleSet: String, Sendable, Hashable {
  /// Measured and compared.
  case evaluation
  /// Seen only by calibration.
  case calibration
  /// What load tests draw from: the evaluation samples, and after them as many more as there can be.
  case serving

  /// What seeds values. Sets with the same name have the same samples as far as both go.
  var seedName: String { self == .serving ? Self.evaluation.rawValue : rawValue }
}

/// How a workload's outputs are scored.
public enum Scoring: Sendable, Hashable {
  /// The largest of every `classes` elements decides, for example a class, or a character at each position of a line.
  case classification(classes: Int)
  /// Start and end logits per token (n, s, 2); the best start and the best end position are decisions.
  case answerSpan
  /// Unit vectors; evaluation samples 2i and 2i + 1 form pair i, whose known likeness (0 to 5) is `likeness[i]`.
  case sentencePairs(likeness: [Double])
  /// Nothing is decided: only how close the outputs are to FP32's counts.
  case similarity
}
