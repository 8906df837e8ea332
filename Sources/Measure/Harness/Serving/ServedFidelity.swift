import LoadGen
import Records
import Workloads

/// How close the responses of an accuracy run are to those of an FP32 run of the same samples: the score of a model whose
/// weights are seeded, so that no labels could be met.
public enum ServedFidelity {
  /// Compares responses, sample by sample.
  ///
  /// - Parameters:
  ///   - responses: those of the precision in question, FP32 numbers throughout.
  ///   - references: FP32's.
  ///   - scoring: what the outputs decide. Sentence pairs are known of other samples than those that are served, so of them
  ///     only closeness is told.
  /// - Throws: ``FidelityError`` where the runs do not have the same samples, or responses cannot be compared.
  public static func compare(
    _ responses: [LoggedResponse], with references: [LoggedResponse], scoring: Scoring
  ) throws(FidelityError) -> Fidelity {
    // MultiStream answers some samples twice, alike.
    var expected: [Int32: [UInt8]] = [:]
    for reference in references { expected[reference.index] = reference.data }
    var found: [Int32: [UInt8]] = [:]
    for response in responses { found[response.index] = response.data }
    guard found.count == expected.count else {
      throw FidelityError(reason: "\(found.count) samples were answered, and FP32 answered \(expected.count)")
    }
    var outputs: (ours: [[Float]], theirs: [[Float]]) = ([], [])
    for (index, data) in found.sorted(by: { $0.key < $1.key }) {
      guard let reference = expected[index] else {
        throw FidelityError(reason: "FP32 has no response to sample \(index)")
      }
      outputs.ours.append(try floats(data, index))
      outputs.theirs.append(try floats(reference, index))
    }
    let scoring = if case .sentencePairs = scoring { Scoring.similarity } else { scoring }
    return try FidelityMeasure.compare(outputs.ours, with: outputs.theirs, scoring: scoring)
  }

  private static func floats(_ data: [UInt8], _ index: Int32) throws(FidelityError) -> [Float] {
    guard data.count.isMultiple(of: MemoryLayout<Float>.size) else {
      throw FidelityError(reason: "the response to sample \(index) has \(data.count) bytes, which are no FP32 numbers")
    }
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Float>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
      }
    }
  }
}
