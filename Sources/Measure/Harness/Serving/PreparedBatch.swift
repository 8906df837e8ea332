import Engines
import Glibc
import ModelGraph

/// A model prepared for one batch size, with where samples go in and responses come out.
///
/// Use it on the thread that made it. Nothing is allocated in a run, unless parts of the model are dynamic.
final class PreparedBatch {
  let size: Int
  let model: ExecutableModel
  private let destinations: ContiguousArray<UnsafeMutableRawPointer>
  /// Where the outputs of the whole batch are; asked for anew after each run where extents are dynamic.
  private var outputs: ContiguousArray<UnsafeRawBufferPointer>
  private var response: ContiguousArray<UInt8> = []

  /// - Throws: ``ServingError`` where outputs cannot be divided among samples.
  init(_ model: ExecutableModel, size: Int) throws(ServingError) {
    self.model = model
    self.size = size
    destinations = ContiguousArray(model.inputs.compactMap(\.baseAddress))
    outputs = []
    if !model.isDynamic { try findOutputs() }
  }

  /// Notes where outputs are.
  private func findOutputs() throws(ServingError) {
    let views = model.outputViews
    for view in views where view.bytes.count % size != 0 {
      throw ServingError(
        reason: "output \(view.info.name) has \(view.bytes.count) bytes for a batch of \(size), which is no number for "
          + "each sample; take a batch of 1")
    }
    outputs = ContiguousArray(views.map(\.bytes))
    let bytes = outputs.reduce(0) { $0 + $1.count / size }
    if response.count < bytes { response = ContiguousArray(repeating: 0, count: bytes) }
  }

  /// Runs the first sample of a library in all places, so that memory is there and caches are warm.
  ///
  /// - Throws: ``ServingError``, `ModelFault`, and what the library's workload throws.
  func warmUp(_ library: ModelSampleLibrary) throws {
    for place in 0..<size {
      try library.writeFirstSample(
        into: model.inputs.map { input in
          let bytes = input.count / size
          return UnsafeMutableRawBufferPointer(rebasing: input[(place * bytes)..<((place + 1) * bytes)])
        })
    }
    for _ in 0..<2 { model.run() }
    try model.check()
    try findOutputs()
  }

  /// Takes a sample in; false where it is not loaded.
  func take(_ index: Int32, from library: ModelSampleLibrary, place: Int) -> Bool {
    library.copy(index, to: destinations, place: place)
  }

  /// Runs the samples that were taken in.
  ///
  /// - Throws: `ModelFault` where their values make the result meaningless; ``ServingError``.
  func run() throws {
    model.run()
    try model.check()
    if model.isDynamic { try findOutputs() }
  }

  /// Bytes of a response of the last run.
  var responseBytes: Int { outputs.reduce(0) { $0 + $1.count / size } }

  /// The response to the sample at a place: the bytes of all outputs, one after the other; valid until the next call.
  func response(_ place: Int) -> UnsafeRawBufferPointer {
    if outputs.count == 1 {
      let bytes = outputs[0].count / size
      return UnsafeRawBufferPointer(rebasing: outputs[0][(place * bytes)..<((place + 1) * bytes)])
    }
    return response.withUnsafeMutableBytes { response in
      var end = 0
      for output in outputs {
        let bytes = output.count / size
        if let source = output.baseAddress, let target = response.baseAddress, bytes > 0 {
          memcpy(target + end, source + place * bytes, bytes)
        }
        end += bytes
      }
      return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(response)[..<end])
    }
  }
}
