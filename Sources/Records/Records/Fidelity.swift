/// How close a cell's outputs are to the FP32 outputs of the same engine on the same samples.
public struct Fidelity: Codable, Hashable, Sendable {
  /// Samples compared.
  public var samples: Int
  /// 10 log10 (signal power / error power) over all output elements; nil where the outputs are identical.
  public var sqnrDecibels: Double?
  /// Cosine of the outputs, mean over samples.
  public var cosine: Double
  /// The smallest cosine of any sample.
  public var leastCosine: Double
  /// Largest absolute error of any output element.
  public var largestError: Double
  /// Largest absolute FP32 output element, to read `largestError` against.
  public var largestReference: Double
  /// Share of decisions (argmax over the last dimension) that agree, 0 to 1; nil for outputs that decide nothing.
  public var top1Agreement: Double?
  /// Share of decisions whose FP32 result is among the five largest here, 0 to 1; nil for outputs that decide nothing, for
  /// fewer than six classes, for answer spans, and in records of builds that did not count it.
  public var top5Agreement: Double?
  /// Decisions behind `top1Agreement`.
  public var decisions: Int
  /// Agreement on the workload's own task, where it has one.
  public var task: TaskScore?

  /// Makes a set of measures.
  public init(
    samples: Int, sqnrDecibels: Double?, cosine: Double, leastCosine: Double, largestError: Double,
    largestReference: Double, top1Agreement: Double?, top5Agreement: Double? = nil, decisions: Int, task: TaskScore?
  ) {
    self.samples = samples
    self.sqnrDecibels = sqnrDecibels
    self.cosine = cosine
    self.leastCosine = leastCosine
    self.largestError = largestError
    self.largestReference = largestReference
    self.top1Agreement = top1Agreement
    self.top5Agreement = top5Agreement
    self.decisions = decisions
    self.task = task
  }

  /// Scores of sentence-pair similarity.
  public struct TaskScore: Codable, Hashable, Sendable {
    /// Pairs scored.
    public var pairs: Int
    /// Spearman rank correlation between this precision's pair similarities and FP32's.
    public var spearmanWithFP32: Double
    /// Spearman rank correlation between this precision's pair similarities and the known likeness.
    public var spearmanWithLabels: Double
    /// The same for FP32.
    public var fp32SpearmanWithLabels: Double

    /// Makes a score.
    public init(
      pairs: Int, spearmanWithFP32: Double, spearmanWithLabels: Double, fp32SpearmanWithLabels: Double
    ) {
      self.pairs = pairs
      self.spearmanWithFP32 = spearmanWithFP32
      self.spearmanWithLabels = spearmanWithLabels
      self.fp32SpearmanWithLabels = fp32SpearmanWithLabels
    }
  }
}
