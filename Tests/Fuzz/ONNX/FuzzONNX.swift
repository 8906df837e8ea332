import ONNX
import Tensors

/// What libFuzzer calls with each input: whatever the bytes, a model is read or refused with one sentence.
///
/// A trap, an overflow, memory out of bounds, more memory than the limit of `scripts/fuzz-onnx` and a hang are found by the
/// sanitizers and by libFuzzer; this adds what a refusal must look like.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do throws(ONNXError) {
    let model = try ONNXModel.read(bytes: bytes)
    loadEveryTensor(of: model)
    importGraph(of: model)
  } catch {
    check(error)
  }
  return 0
}

/// Loads what a model has, and only as much as its file can hold: an element takes at least a byte of the file, and at most 8
/// of memory.
private func loadEveryTensor(of model: ONNXModel) {
  var tensors = model.graph.initializers
  for node in model.graph.nodes {
    for case .tensor(let tensor) in node.attributes.values { tensors.append(tensor) }
    for case .tensors(let list) in node.attributes.values { tensors += list }
  }
  var byteCount = 0
  for tensor in tensors {
    byteCount += tensor.byteCount
    precondition(byteCount <= 8 * (model.file?.byteCount ?? 0), "tensors are larger than their file allows")
    do { _ = try tensor.load() } catch {
      guard let error = error as? ONNXError else { preconditionFailure("\(error)") }
      check(error)
    }
  }
}

/// The place for the importer: what it makes of a model that was read.
private func importGraph(of model: ONNXModel) {}

/// A refusal is one line of bounded length.
private func check(_ error: ONNXError) {
  let sentence = error.description
  precondition(sentence.utf8.count < 1000 && sentence.hasSuffix("."), "no sentence: \(sentence)")
  precondition(!sentence.unicodeScalars.contains { $0.value < 0x20 }, "control characters: \(sentence)")
}
