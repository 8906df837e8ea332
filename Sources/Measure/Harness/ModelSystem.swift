import CLinux
import Engines
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
  private let library: SampleMemory
  private let destinations: ContiguousArray<UnsafeMutableRawPointer>
  /// By how much every query is made longer on purpose; 0 but in tests of gates.
  private let slowdown: Double

  /// Writes the samples of `set` that fit into the library.
  ///
  /// - Throws: what the workload throws; ``InputError`` where formats with scales would have to hold NaN or infinity.
  init(
    model: ExecutableModel, batch: Int, workload: any Workload, set: SampleSet = .evaluation, slowdown: Double = 0
  ) throws {
    self.slowdown = slowdown
    self.model = model
    self.batch = batch
    destinations = ContiguousArray(model.inputs.compactMap(\.baseAddress))
    let sampleBytes = model.inputs.map { $0.count / batch }
    let perSample = max(1, sampleBytes.reduce(0, +))
    sampleCount = max(1, min(workload.sampleCount(in: set), Self.sampleLimit, Self.libraryLimit / perSample))
    let check = InputCheck(model)
    library = SampleMemory(sampleBytes: sampleBytes, count: sampleCount)
    for index in 0..<sampleCount {
      let places = library[index]
      try workload.writeSample(index, of: set, into: places)
      try check.requireFinite(places)
    }
  }

  func issue(_ samples: UnsafeBufferPointer<Int32>) {
    let begin = slowdown > 0 ? clinux_clock_ns() : 0
    for place in 0..<batch { library.copy(Int(samples[place]), to: destinations, place: place) }
    model.run()
    if slowdown > 0 { Self.spin(from: begin, slowdown) }
  }

  /// Waits, computing, until the time since `begin` is longer by the given share.
  private static func spin(from begin: Int64, _ share: Double) {
    let now = clinux_clock_ns()
    let end = now + Int64(Double(now - begin) * share)
    while clinux_clock_ns() < end {}
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
