import Glibc
import Records
import Statistics
import Workloads

/// Measures of closeness between two sets of outputs. Pure functions over arrays; sums are in FP64.
public enum FidelityMeasure {
  /// Compares outputs sample by sample.
  ///
  /// - Parameters:
  ///   - outputs: the outputs of each sample at the precision in question.
  ///   - references: the FP32 outputs of the same samples.
  ///   - scoring: what the outputs decide. For sentence pairs, samples 2i and 2i + 1 form pair i.
  /// - Throws: ``FidelityError`` where the sets do not match, hold values that are not finite, or cannot be ranked.
  public static func compare(
    _ outputs: [[Float]], with references: [[Float]], scoring: Scoring
  ) throws(FidelityError) -> Fidelity {
    guard !outputs.isEmpty, outputs.count == references.count else {
      throw FidelityError(reason: "there are \(outputs.count) outputs for \(references.count) FP32 outputs")
    }
    var totals = Totals()
    var cosines: [Double] = []
    var (decisions, agreements, amongFive) = (0, 0, 0)
    for (sample, (output, reference)) in zip(outputs, references).enumerated() {
      guard output.count == reference.count, !output.isEmpty else {
        throw FidelityError(
          reason: "sample \(sample) has \(output.count) output elements and \(reference.count) in FP32")
      }
      guard output.allSatisfy(\.isFinite), reference.allSatisfy(\.isFinite) else {
        throw FidelityError(reason: "the outputs of sample \(sample) hold NaN or infinity")
      }
      cosines.append(totals.add(output, reference))
      for (ours, theirs) in zip(Self.decisions(output, scoring), Self.decisions(reference, scoring)) {
        decisions += 1
        agreements += ours == theirs ? 1 : 0
      }
      amongFive += agreementsAmongFive(output, reference, scoring)
    }
    return Fidelity(
      samples: outputs.count, sqnrDecibels: try totals.decibels(),
      cosine: cosines.reduce(0, +) / Double(cosines.count), leastCosine: cosines.min() ?? 1,
      largestError: totals.largestError, largestReference: totals.largestReference,
      top1Agreement: decisions == 0 ? nil : Double(agreements) / Double(decisions),
      top5Agreement: decisions == 0 || !ranks(scoring) ? nil : Double(amongFive) / Double(decisions),
      decisions: decisions,
      task: try task(outputs, references, scoring))
  }

  private struct Totals {
    var signal = 0.0
    var error = 0.0
    var largestError = 0.0
    var largestReference = 0.0

    /// Adds a sample and returns its cosine; that of two zero vectors is 1, of one zero vector 0.
    mutating func add(_ output: [Float], _ reference: [Float]) -> Double {
      var (dot, outputPower, referencePower) = (0.0, 0.0, 0.0)
      for (a, b) in zip(output, reference) {
        let (a, b) = (Double(a), Double(b))
        let difference = a - b
        error += difference * difference
        dot += a * b
        outputPower += a * a
        referencePower += b * b
        largestError = max(largestError, abs(difference))
        largestReference = max(largestReference, abs(b))
      }
      signal += referencePower
      if outputPower == 0, referencePower == 0 { return 1 }
      guard outputPower > 0, referencePower > 0 else { return 0 }
      return min(1, max(-1, dot / (outputPower.squareRoot() * referencePower.squareRoot())))
    }

    /// 10 log10 of signal power over error power, nil without any error.
    func decibels() throws(FidelityError) -> Double? {
      guard error > 0 else { return nil }
      guard signal > 0 else { throw FidelityError(reason: "the FP32 outputs are all zero, so no error can be related") }
      return 10 * log10(signal / error)
    }
  }

  /// What an output decides: a class of every row, or the best start and the best end position.
  static func decisions(_ output: [Float], _ scoring: Scoring) -> [Int] {
    switch scoring {
    case .classification(let classes):
      stride(from: 0, to: output.count - output.count % classes, by: classes).map {
        argmax(Array(output[$0..<($0 + classes)]))
      }
    case .answerSpan:
      [
        argmax(stride(from: 0, to: output.count, by: 2).map { output[$0] }),
        argmax(stride(from: 1, to: output.count, by: 2).map { output[$0] }),
      ]
    case .sentencePairs, .similarity: []
    }
  }

  /// Whether a decision is one of so many classes that being among the best five says something: six at least.
  private static func ranks(_ scoring: Scoring) -> Bool {
    guard case .classification(let classes) = scoring else { return false }
    return classes > 5
  }

  /// The rows of a sample whose FP32 class is among the five largest elements here; of equal elements the first is larger.
  private static func agreementsAmongFive(_ output: [Float], _ reference: [Float], _ scoring: Scoring) -> Int {
    guard case .classification(let classes) = scoring, ranks(scoring) else { return 0 }
    return decisions(reference, scoring).enumerated().count { row, best in
      let values = output[(row * classes)..<((row + 1) * classes)]
      let chosen = values[values.startIndex + best]
      let ahead = values.indices.count {
        values[$0] > chosen || (values[$0] == chosen && $0 < values.startIndex + best)
      }
      return ahead < 5
    }
  }

  /// The index of the first largest element.
  static func argmax(_ values: [Float]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  private static func task(
    _ outputs: [[Float]], _ references: [[Float]], _ scoring: Scoring
  ) throws(FidelityError) -> Fidelity.TaskScore? {
    guard case .sentencePairs(let likeness) = scoring else { return nil }
    let pairs = min(likeness.count, outputs.count / 2)
    guard pairs >= 2 else { return nil }
    let ours = similarities(outputs, pairs)
    let theirs = similarities(references, pairs)
    let labels = Array(likeness[..<pairs])
    guard let agreement = RankCorrelation.spearman(ours, theirs),
      let score = RankCorrelation.spearman(ours, labels),
      let reference = RankCorrelation.spearman(theirs, labels)
    else { throw FidelityError(reason: "the pair similarities are all alike and cannot be ranked") }
    return Fidelity.TaskScore(
      pairs: pairs, spearmanWithFP32: agreement, spearmanWithLabels: score, fp32SpearmanWithLabels: reference)
  }

  /// Dot products of unit vectors.
  private static func similarities(_ outputs: [[Float]], _ pairs: Int) -> [Double] {
    (0..<pairs).map { pair in
      zip(outputs[2 * pair], outputs[2 * pair + 1]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
  }
}

/// Outputs that cannot be compared.
public struct FidelityError: Error, Hashable, CustomStringConvertible {
  /// Why not.
  public let reason: String
  /// One sentence for the user.
  public var description: String { "Outputs cannot be compared: \(reason)." }
}
