import Records

/// The nodes to lower for a budget of error: the longest run of the least harmful ones that keeps it.
public struct MixedPrecision: Codable, Hashable, Sendable {
  /// The largest relative error that is allowed.
  public let maxError: Double
  /// Names of the nodes to lower, the least harmful first.
  public let lowered: [String]
  /// Names of the nodes to keep at FP32, the most harmful first.
  public let kept: [String]
  /// The model's error, measured.
  public let error: Double
  /// The part of multiply-accumulates that is lowered.
  public let multiplyAccumulatesShare: Double
  /// Bytes of weights saved.
  public let savedWeightBytes: Int
  /// Bytes of activations read that are saved, for each sample.
  public let savedActivationBytes: Int
  /// The error on samples that chose nothing; nil where not measured.
  public let errorOnOtherSamples: Double?

  /// Chooses by what was measured.
  ///
  /// - Throws: ``BudgetError`` where no step that lowers a node keeps the budget.
  public init(of attribution: Attribution, maxError: Double) throws(BudgetError) {
    let steps = attribution.cumulative
    // The first step lowers nothing: a model at FP32 is no mixed precision.
    guard let count = steps.lastIndex(where: { ($0.error ?? .infinity) <= maxError }), count > 0,
      let error = steps[count].error
    else {
      let least = steps.enumerated().dropFirst().compactMap { index, step in step.error.map { (index, $0) } }
        .min { $0.1 < $1.1 }
      throw BudgetError(
        model: attribution.model, contract: attribution.contract, maxError: maxError, leastError: least?.1,
        loweredNodes: least?.0 ?? 0)
    }
    let lowered = steps[...count].compactMap(\.node)
    let all = Set(lowered)
    let chosen = attribution.nodes.filter { all.contains($0.name) }
    let total = attribution.nodes.reduce(0) { $0 + $1.multiplyAccumulates }
    self.maxError = maxError
    self.lowered = lowered
    kept = attribution.leastHarmfulFirst.reversed().map(\.name).filter { !all.contains($0) }
    self.error = error
    let part = chosen.reduce(0) { $0 + $1.multiplyAccumulates }
    multiplyAccumulatesShare = total > 0 ? Double(part) / Double(total) : 0
    savedWeightBytes = chosen.reduce(0) { $0 + $1.weightBytes - $1.loweredWeightBytes }
    savedActivationBytes = chosen.reduce(0) { $0 + $1.activationBytes - $1.loweredActivationBytes }
    let verification = attribution.verification
    errorOnOtherSamples = verification?.loweredNodes == count ? verification?.error : nil
  }

  /// Whether samples that chose nothing show a larger error than the budget.
  public var missesBudgetOnOtherSamples: Bool { errorOnOtherSamples.map { $0 > maxError } ?? false }

  /// The file with which `assay run` runs it so.
  public func file(for attribution: Attribution, keptContract: String) -> AssignmentFile {
    AssignmentFile(
      model: attribution.model, parametersSHA256: attribution.parametersSHA256, contract: attribution.contract,
      exceptions: Dictionary(kept.map { ($0, keptContract) }, uniquingKeysWith: { first, _ in first }),
      maxError: maxError, error: error, samples: attribution.samples, errorOnOtherSamples: errorOnOtherSamples,
      otherSamples: errorOnOtherSamples == nil ? nil : attribution.verification?.samples)
  }
}

/// A budget that no assignment of a contract to nodes keeps.
public struct BudgetError: Error, Hashable, CustomStringConvertible {
  /// The workload's name.
  public let model: String
  /// The contract that nodes are lowered to.
  public let contract: String
  /// The largest relative error that is allowed.
  public let maxError: Double
  /// The least that was measured with any node lowered; nil where nothing was.
  public let leastError: Double?
  /// How many nodes are lowered there.
  public let loweredNodes: Int

  /// One sentence for the user.
  public var description: String {
    let what = "No node of \(model) can be lowered to \(contract) within \(Self.percent(maxError))"
    guard let leastError else { return "\(what): none could be measured." }
    return loweredNodes == 1
      ? "\(what): the best single node would cost \(Self.percent(leastError))."
      : "\(what): the least, \(Self.percent(leastError)), is with \(loweredNodes) nodes lowered."
  }

  /// Three digits are enough to tell two errors apart, however small.
  private static func percent(_ error: Double) -> String {
    var (value, decimals) = (error * 100, 2)
    while decimals < 9, value != 0, abs(value) < 1 {
      value *= 10
      decimals += 1
    }
    let factor = (0..<decimals).reduce(1.0) { result, _ in result * 10 }
    let rounded = (error * 100 * factor).rounded() / factor
    return rounded == rounded.rounded() && rounded < 1e9 ? "\(Int(rounded)) %" : "\(rounded) %"
  }
}
