import Engines
import LoadGen
import ModelGraph
import Tensors
import Workloads

/// The samples of a workload, made when they are loaded and kept in memory until they are unloaded.
///
/// Load and unload on one thread while no instance computes; instances only read.
public final class ModelSampleLibrary: SampleLibrary, @unchecked Sendable {
  /// The workload's name.
  public let name: String
  /// All samples that there are.
  public let totalSampleCount: Int
  /// How many fit into memory.
  public let performanceSampleCount: Int
  /// The bytes of one sample.
  public let sampleBytes: Int

  private let workload: any Workload
  private let memory: SampleMemory
  /// Where each sample is in memory; -1 where it is not.
  private var slots: [Int32]
  private var free: [Int32]
  private let progress: @Sendable (ServingProgress) -> Void
  /// What inputs may hold; set before anything is loaded.
  var check: InputCheck?

  /// Makes a library without contents.
  ///
  /// - Parameters:
  ///   - total: how many samples it has; nil for as many as the workload, up to 1,024. Never more than the workload has:
  ///     a sample under two names would be no other sample.
  ///   - performance: how many are to fit into memory; nil for as many as do.
  ///   - bytes: the memory that they may take.
  /// - Throws: ``ServingError`` where so many samples are not there or do not fit; what the workload throws.
  public init(
    _ workload: any Workload, total: Int? = nil, performance: Int? = nil, bytes: Int,
    progress: @escaping @Sendable (ServingProgress) -> Void = { _ in }
  ) throws {
    let available = workload.sampleCount(in: .serving)
    let total = total ?? min(available, ServedModelSettings.usualSampleCount)
    guard (1...max(available, 1)).contains(total), available > 0 else {
      throw ServingError(reason: "\(workload.name) has \(available) samples, and \(total) were asked for")
    }
    let graph = try workload.graph(batch: 1)
    let inputBytes = graph.inputs.map { graph[$0].type.byteCount }
    let perSample = max(inputBytes.reduce(0, +), 1)
    let room = max(bytes, 0) / perSample
    let wanted = performance ?? min(total, max(room, 1))
    guard (1...total).contains(wanted) else {
      throw ServingError(
        reason: "of a library of \(total) samples 1 to \(total) can be in memory, and \(wanted) were asked for")
    }
    guard wanted <= room else {
      let (size, limit) = (Self.megabytes(perSample.multipliedSaturated(by: wanted)), Self.megabytes(bytes))
      let remedy = room > 0 ? "take a performance sample count of at most \(room)" : "let it take more"
      throw ServingError(
        reason: "\(wanted) samples of \(workload.name) take \(size) of memory, and the library may take \(limit); "
          + remedy)
    }
    name = workload.name
    totalSampleCount = total
    performanceSampleCount = wanted
    sampleBytes = perSample
    self.workload = workload
    self.progress = progress
    memory = SampleMemory(sampleBytes: inputBytes, count: wanted)
    slots = Array(repeating: -1, count: total)
    free = (0..<Int32(wanted)).reversed()
  }

  private static func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000) MB" }

  /// Bytes of all samples that may be in memory at the same time.
  public var byteCount: Int { sampleBytes * performanceSampleCount }

  /// Makes samples; those that are there already, or are named twice, are made once.
  ///
  /// - Throws: ``ServingError`` where a sample is not in the library or there is no room; ``InputError`` where formats with
  ///   scales would have to hold NaN or infinity; what the workload throws.
  public func load(_ samples: [Int32]) throws {
    for (count, index) in samples.enumerated() {
      guard slots.indices.contains(Int(index)) else {
        throw ServingError(reason: "\(name) has samples 0 to \(totalSampleCount - 1), and \(index) is none of them")
      }
      guard slots[Int(index)] < 0 else { continue }
      guard let slot = free.last else {
        throw ServingError(
          reason: "\(performanceSampleCount) samples are in memory, and sample \(index) does not fit beside them")
      }
      progress(.sample(count, of: samples.count))
      let places = memory[Int(slot)]
      try workload.writeSample(Int(index), of: .serving, into: places)
      try check?.requireFinite(places)
      free.removeLast()
      slots[Int(index)] = slot
    }
  }

  /// Gives up samples.
  public func unload(_ samples: [Int32]) {
    for index in samples where slots.indices.contains(Int(index)) && slots[Int(index)] >= 0 {
      free.append(slots[Int(index)])
      slots[Int(index)] = -1
    }
  }

  /// Copies a sample to a place of a batch; false where it is not loaded. Allocates nothing.
  func copy(_ index: Int32, to destinations: ContiguousArray<UnsafeMutableRawPointer>, place: Int) -> Bool {
    guard slots.indices.contains(Int(index)) else { return false }
    let slot = slots[Int(index)]
    guard slot >= 0 else { return false }
    memory.copy(Int(slot), to: destinations, place: place)
    return true
  }

  /// Writes the first sample, whether it is loaded or not: what models are warmed up with.
  func writeFirstSample(into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try workload.writeSample(0, of: .serving, into: inputs)
  }
}
