import Engines
import Glibc
import LoadGen
import Tensors
import Workloads

/// A prepared model with its sample library in memory: what the load generator drives.
///
/// A query copies its samples from the library into the model's inputs and runs the model: the copy is part of the
/// measured path, as it is in any program that serves requests. Nothing is allocated.
final class ModelSystem: BlockingSystem {
  /// Bytes that the library may take.
  private static let libraryLimit = 64 << 20
  private static let sampleLimit = 64

  let sampleCount: Int
  private let model: ExecutableModel
  private let batch: Int
  /// One buffer per model input: `sampleCount` samples, one after the other.
  private let library: ContiguousArray<UnsafeMutableRawPointer>
  private let destinations: ContiguousArray<UnsafeMutableRawPointer>
  private let sampleBytes: ContiguousArray<Int>

  /// Writes the samples of `set` that fit into the library.
  ///
  /// - Throws: what the workload throws; ``InputError`` where formats with scales would have to hold NaN or infinity.
  init(model: ExecutableModel, batch: Int, workload: any Workload, set: SampleSet = .evaluation) throws {
    self.model = model
    self.batch = batch
    sampleBytes = ContiguousArray(model.inputs.map { $0.count / batch })
    destinations = ContiguousArray(model.inputs.compactMap(\.baseAddress))
    let perSample = max(1, sampleBytes.reduce(0, +))
    sampleCount = max(1, min(workload.sampleCount(in: set), Self.sampleLimit, Self.libraryLimit / perSample))
    let count = sampleCount
    let check = InputCheck(model)
    library = ContiguousArray(sampleBytes.map { .allocate(byteCount: max($0 * count, 1), alignment: 64) })
    for index in 0..<sampleCount {
      let places = zip(library, sampleBytes).map { UnsafeMutableRawBufferPointer(start: $0 + index * $1, count: $1) }
      try workload.writeSample(index, of: set, into: places)
      try check.requireFinite(places)
    }
  }

  deinit { for buffer in library { buffer.deallocate() } }

  func issue(_ samples: UnsafeBufferPointer<Int32>) {
    for input in 0..<library.count {
      let bytes = sampleBytes[input]
      for place in 0..<batch {
        memcpy(destinations[input] + place * bytes, library[input] + Int(samples[place]) * bytes, bytes)
      }
    }
    model.run()
  }

  /// Runs the library's first samples and returns all output elements, whole batch.
  ///
  /// - Throws: ``ModelFault`` where the samples make the result meaningless.
  func outputOfFirstSamples() throws(ModelFault) -> [Float] {
    let samples = (0..<batch).map { Int32($0 % sampleCount) }
    samples.withUnsafeBufferPointer { issue($0) }
    try model.check()
    return model.outputValues
  }
}
