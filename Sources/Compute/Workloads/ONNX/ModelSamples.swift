import ONNX
import Tensors

/// The samples of a user's model: the user's values where there are some, else values made from a seed.
public struct ModelSamples: Sendable {
  private let name: String
  private let inputs: [ImportedModel.Port]
  private let given: GivenSamples
  private let generators: [SampleGenerator]

  /// Reads the files of values.
  ///
  /// - Parameters:
  ///   - name: the workload's name; seeded values differ by it.
  ///   - files: `.npy` files by input name.
  ///   - model: the model at batch 1.
  /// - Throws: ``WorkloadError`` where a file does not fit its input or the files differ in samples; `NPYError`.
  public init(name: String, files: [String: String] = [:], for model: ImportedModel) throws {
    self.name = name
    inputs = model.inputs
    given = try GivenSamples(files, for: model)
    generators = SampleGenerator.all(for: model)
  }

  /// 64 for evaluation, 256 for calibration and 65,536 to serve, or as many as the user's files hold.
  public func count(in set: SampleSet) -> Int { given.count(in: set) ?? SeededSamples.count(in: set) }

  /// Of the samples in files, how many calibration does not see because figures are measured on them; 0 where it sees all.
  public var keptFromCalibration: Int {
    guard let seen = given.count(in: .calibration), let measured = given.count(in: .evaluation) else { return 0 }
    return measured > seen ? measured : 0
  }

  /// Writes one sample, an input a buffer.
  ///
  /// - Throws: ``WorkloadError`` where there is no such sample or a buffer has another size.
  public func write(
    _ index: Int, of set: SampleSet, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(WorkloadError) {
    try SeededSamples.check(index, of: name, count: count(in: set), in: set)
    let sizes = inputs.map(\.type.byteCount)
    guard buffers.map(\.count) == sizes else {
      throw WorkloadError(
        .outOfRange, "One sample needs buffers of \(sizes) bytes and was given \(buffers.map(\.count)).")
    }
    for (place, (port, buffer)) in zip(inputs, buffers).enumerated() {
      if given.write(index, of: set, input: port.name, into: buffer) { continue }
      generators[place].write(into: buffer, SeededStream(model: name, name: "\(set.seedName).\(port.name).\(index)"))
    }
  }
}
