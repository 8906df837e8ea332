import CKernels
import ModelGraph
import Tensors

/// `Col2Im`: columns (n, c * block, positions) added up to images (n, c, image).
struct Col2ImDefinition: OperatorDefinition {
  let names = ["Col2Im"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    let (channels, geometry, _) = try layout(call)
    return [TensorType(type, try call.shape(checking: [call.shape(0)[0], channels] + geometry.input))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    if try call.required(0).type.elementType == .float32 {
      return try fold(call, outputs[0], ckernels_fold_columns_f32)
    }
    return try fold(call, outputs[0], ckernels_fold_columns_f64)
  }

  /// The result's channels, the windows, and the elements of one channel's columns.
  private func layout(
    _ call: OperatorCall
  ) throws(OperatorError) -> (channels: Int, geometry: WindowGeometry, columns: Int) {
    guard let image = try call.integers(1), let block = try call.integers(2) else {
      throw .invalid("it needs the extents of the image and of its blocks")
    }
    let columns = try call.shape(0)
    guard image.count == block.count, columns.rank == 3 else {
      throw .invalid("columns of \(columns.rank) dimensions for images of \(image.count) and blocks of \(block.count)")
    }
    let geometry = try WindowAttributes(call, rank: image.count, weights: block).geometry(over: image)
    guard let taps = Shape(checking: geometry.kernel)?.count, let positions = Shape(checking: geometry.output)?.count,
      // Without channels the input's extents do not bound this product.
      let elements = Shape(checking: [taps, positions])?.count,
      columns[1].isMultiple(of: taps), columns[2] == positions
    else {
      throw .invalid("columns of the extents \(columns) do not fit blocks \(block) of an image \(image)")
    }
    return (columns[1] / taps, geometry, elements)
  }

  private typealias Kernel<Element> = (
    UnsafePointer<ckernels_window>?, UnsafePointer<Element>?, Element, UnsafeMutablePointer<Element>?
  ) -> Void

  private func fold<Element: BinaryFloatingPoint>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let (channels, geometry, size) = try layout(call)
    let planes = try call.shape(0)[0] * channels
    let window = geometry.native
    return Computation(isDivisible: true) { share in
      for plane in share.range(of: planes) {
        withUnsafePointer(to: window) { kernel($0, x + plane * size, 0, y + plane * geometry.inputCount) }
      }
    }
  }
}
