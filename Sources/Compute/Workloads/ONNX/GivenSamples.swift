import ONNX
import Tensors

/// The samples that a user gives in files, one file an input, read once.
struct GivenSamples: Sendable {
  private let tensors: [String: Tensor]
  /// The number of samples in every file; nil without files.
  private let count: Int?

  /// Reads the files of the inputs that the graph has.
  ///
  /// - Throws: ``WorkloadError`` where a file does not fit its input or the files differ in samples; `NPYError`.
  init(_ files: [String: String], for model: ImportedModel) throws {
    var tensors: [String: Tensor] = [:]
    var counts: [(name: String, count: Int)] = []
    for port in model.inputs {
      guard let path = files[port.name] else { continue }
      let tensor = try NPYFile.read(path: path)
      counts.append((port.name, try Self.samples(in: tensor, port, path)))
      tensors[port.name] = tensor
    }
    if let first = counts.first, let other = counts.first(where: { $0.count != first.count }) {
      throw WorkloadError(
        .outOfRange,
        "Input \(first.name) has \(first.count) samples and \(other.name) has \(other.count); give all files as many.")
    }
    self.tensors = tensors
    count = counts.first?.count
  }

  /// The number of samples for a purpose; nil where no input has a file.
  ///
  /// Of eight or more samples the last quarter is for calibration. Of fewer, calibration sees the evaluated ones.
  func count(in set: SampleSet) -> Int? {
    guard let count else { return nil }
    let calibration = count >= 8 ? count / 4 : count
    return set == .calibration ? calibration : count >= 8 ? count - calibration : count
  }

  /// Copies a sample of an input; false where the input has no file.
  func write(_ index: Int, of set: SampleSet, input: String, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard let tensor = tensors[input], let count else { return false }
    let first = set == .calibration && count >= 8 ? count - count / 4 : 0
    let start = (first + index) * buffer.count
    withExtendedLifetime(tensor) {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: tensor.bytes[start..<(start + buffer.count)]))
    }
    return true
  }

  /// How many samples of an input a tensor holds: its elements behind the first dimension must be the input's.
  private static func samples(in tensor: Tensor, _ port: ImportedModel.Port, _ path: String) throws(WorkloadError)
    -> Int
  {
    let (given, wanted) = (tensor.shape.dims, port.type.shape.dims)
    let whole =
      wanted.isEmpty ? given.count <= 1 : given.count == wanted.count && given.dropFirst() == wanted.dropFirst()
    let extent = wanted.first ?? 1
    let rows = given.first ?? 1
    guard tensor.elementType == port.type.elementType, whole, extent > 0, rows > 0, rows % extent == 0 else {
      throw WorkloadError(
        .outOfRange,
        "The file \(path) holds \(tensor.type), and input \(port.name) takes \(port.type) or a multiple of its first dimension."
      )
    }
    return rows / extent
  }
}
