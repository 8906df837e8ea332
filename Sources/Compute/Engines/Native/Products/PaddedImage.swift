import CKernels
import Foundation
import ModelGraph
import Tensors

/// A copy of channels-last images with their padding, so that a line of a window is one run of elements.
final class PaddedImage: @unchecked Sendable {
  private let buffer: AlignedBuffer
  private let plan: NativeConvolution.Plan
  private let source: UnsafeRawPointer
  /// Lines of all images.
  let lines: Int

  /// The first pixel of the first line.
  var base: UnsafeMutableRawPointer { buffer.baseAddress }
  /// Bytes held.
  var byteCount: Int { buffer.byteCount }

  /// Memory for the images of `plan`, all of it padding.
  init(_ plan: NativeConvolution.Plan, source: UnsafeRawPointer, fill: UInt8) throws {
    self.plan = plan
    self.source = source
    lines = plan.extents.images * plan.lineCount
    // The last run may be read to a whole group of elements.
    buffer = try AlignedBuffer(byteCount: lines * plan.product.source.line_pitch + 64)
    memset(buffer.baseAddress, Int32(fill), buffer.byteCount)
  }

  /// Copies what the images have of `part` of the lines; the padding stays.
  func fill(_ part: Range<Int>) {
    let (extents, pitch) = (plan.extents, plan.product.source.line_pitch)
    let pixel = plan.product.source.pixel_pitch
    let left = extents.window.padding.left
    let width = min(extents.plane.width, plan.lineWidth - left)
    guard width > 0 else { return }
    for line in part {
      let (image, y) = line.quotientAndRemainder(dividingBy: plan.lineCount)
      let row = y - extents.window.padding.top
      guard row >= 0, row < extents.plane.height else { continue }
      memcpy(
        base + line * pitch + left * pixel,
        source + (image * extents.plane.height + row) * extents.plane.width * pixel, width * pixel)
    }
  }
}
