import Engines
import LoadGen
import ModelGraph
import Serving
import Tensors
import Workloads

/// One instance of a served model: a team of threads and the model prepared for several batch sizes.
///
/// Make it and use it on one thread, which becomes the team's first.
final class InstanceModel: BatchRunner {
  /// By size, the largest first; the last one takes 1.
  private let batches: ContiguousArray<PreparedBatch>
  private let library: ModelSampleLibrary
  private let ids: UnsafeMutableBufferPointer<ResponseID>
  private let weights: SharedWeights

  let maxBatch: Int

  /// - Parameter sizes: batch sizes, ascending from 1.
  /// - Throws: `ThreadTeamError`, ``ServingError``, and what making models throws.
  init(
    _ parts: ServedModelParts, instance: Int, library: ModelSampleLibrary,
    progress: @Sendable (ServingProgress) -> Void
  ) throws {
    let team = try ThreadTeam(pus: parts.pus[instance])
    let weights = SharedWeights()
    var made: [PreparedBatch] = []
    for size in parts.sizes {
      progress(.preparation(instance: instance, batch: size))
      let graph = try parts.workload.graph(batch: size)
      let (store, isShared) = try parts.parameters(for: graph)
      let model = try parts.numerics.model(
        graph, parameters: { store }, calibration: parts.calibration, team: team, features: parts.features,
        caches: parts.caches[instance], sharing: isShared ? weights : nil)
      do { try LoadedCell.requireNative(model) } catch {
        throw ServingError(
          reason:
            "\(error.reason), so it is not served; assay run and assay precision tell how close emulated formats are")
      }
      let batch = try PreparedBatch(model, size: size)
      try batch.warmUp(library)
      try OutputCheck.requireFinite(model.realOutputValues)
      if let one = made.first, !model.isDynamic, batch.responseBytes != one.responseBytes {
        throw ServingError(
          reason: "responses have \(one.responseBytes) bytes in a batch of 1 and \(batch.responseBytes) in one of "
            + "\(size), so they cannot be told apart; take a batch of 1")
      }
      made.append(batch)
    }
    maxBatch = parts.sizes.reduce(1, max)
    batches = ContiguousArray(made.reversed())
    ids = .allocate(capacity: maxBatch)
    self.library = library
    self.weights = weights
  }

  deinit { ids.deallocate() }

  /// What its models hold.
  var facts: ServedModelDescription.Memory {
    ServedModelDescription.Memory(
      weights: batches.reduce(0) { $0 + $1.model.memory.weights },
      activations: batches.reduce(0) { $0 + $1.model.memory.activations },
      scratch: batches.reduce(0) { $0 + $1.model.memory.scratch })
  }

  /// Bytes of a response; as the first run had them where extents are dynamic.
  var responseBytes: Int { batches.last?.responseBytes ?? 0 }

  /// Whether responses are FP32 numbers throughout.
  var isFP32Response: Bool {
    batches.last.map { $0.model.outputViews.allSatisfy { $0.info.elementType == .float32 } } ?? false
  }

  /// The check of what inputs may hold.
  var inputCheck: InputCheck? { batches.last.map { InputCheck($0.model) } }

  /// Computes samples in the largest batches that there are, so a batch of 7 in one of 4, one of 2 and one of 1.
  ///
  /// Each of those is answered as soon as it is done.
  ///
  /// - Throws: `BatchFault`.
  func run(_ samples: UnsafeBufferPointer<QuerySample>, responses: ResponseCollector) throws {
    var begin = 0
    for batch in batches {
      while samples.count - begin >= batch.size {
        let part = UnsafeBufferPointer(rebasing: samples[begin..<(begin + batch.size)])
        try run(part, in: batch, answered: begin)
        responses.complete(UnsafeBufferPointer(rebasing: ids[..<batch.size])) { batch.response($0) }
        begin += batch.size
      }
    }
  }

  private func run(
    _ samples: UnsafeBufferPointer<QuerySample>, in batch: PreparedBatch, answered: Int
  ) throws(BatchFault) {
    for place in 0..<samples.count {
      let sample = samples[place]
      ids[place] = sample.id
      guard batch.take(sample.index, from: library, place: place) else {
        throw BatchFault(reason: "sample \(sample.index) of \(library.name) is not loaded", answered: answered)
      }
    }
    do { try batch.run() } catch {
      var reason = "\(error)"
      if reason.hasSuffix(".") { reason.removeLast() }
      throw BatchFault(reason: reason, answered: answered)
    }
  }
}
