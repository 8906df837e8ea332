import Tensors

/// Memory that a computation holds for itself: one equal part for each share.
final class Scratch {
  private let buffer: AlignedBuffer
  private let partBytes: Int

  /// Allocates `parts` parts of at least `bytesPerPart` bytes.
  init(bytesPerPart: Int, parts: Int) throws(OperatorError) {
    // Whole cache lines, so that shares never write to the same one.
    let (rounded, overflow) = bytesPerPart.addingReportingOverflow(63)
    let (total, tooLarge) = (rounded / 64 * 64).multipliedReportingOverflow(by: max(parts, 1))
    guard !overflow, !tooLarge, bytesPerPart >= 0 else { throw .unsupported("scratch memory beyond all addresses") }
    partBytes = rounded / 64 * 64
    do {
      buffer = try AlignedBuffer(byteCount: total)
    } catch {
      throw .unsupported("\(total) bytes of scratch memory, which the system refuses")
    }
  }

  /// The size in bytes.
  var byteCount: Int { buffer.byteCount }

  /// The part of one share.
  func part(_ index: Int) -> UnsafeMutableRawPointer { buffer.baseAddress + index * partBytes }

  /// The part of one share as floats.
  func floats(_ index: Int) -> UnsafeMutablePointer<Float> { part(index).assumingMemoryBound(to: Float.self) }
}
