import CKernels

/// One whole matrix product by a matrix kernel.
struct MatrixCase {
  let kernel: ckernels_gemm_kernel
  let rows: Int
  let columns: Int
  let depth: Int
  let source: UnsafeMutableRawPointer
  /// Bytes from a row to the next.
  let sourcePitch: Int
  let zeroPoint: Int32
  let weights: UnsafeMutableRawPointer
  let depthStride: Int
  let columnStride: Int
  let scale: Float
  let destination: UnsafeMutableRawPointer
  let destinationPitch: Int
  let format: ckernels_format

  /// Minus the zero point times the sum of a column of weights; 0 beyond them.
  private func start(ofColumn column: Int) -> Int32 {
    guard column < columns else { return 0 }
    return (0..<depth).reduce(0) { sum, place in
      let offset = place * depthStride + column * columnStride
      return sum - zeroPoint * Int32(weights.load(fromByteOffset: offset, as: Int8.self))
    }
  }

  /// Computes all of it.
  func run() {
    guard rows > 0, columns > 0 else { return }
    withUnsafePointer(to: kernel) { kernel in
      let panels = (columns + Int(self.kernel.nr) - 1) / Int(self.kernel.nr)
      let packed = GuardedBuffer<UInt8>(count: ckernels_gemm_packed_bytes(kernel, 1, depth, columns))
      ckernels_gemm_pack(
        kernel, weights, 0, depthStride, columnStride, 1, depth, columns, 0, panels, packed.start)
      let isInteger = self.kernel.kr == 4
      let starts = GuardedBuffer((0..<columns + Int(self.kernel.nr)).map { isInteger ? start(ofColumn: $0) : 0 })
      let (scales, bias) = (
        GuardedBuffer([Float](repeating: scale, count: columns)), GuardedBuffer([Float](repeating: 0, count: columns))
      )
      var product = ckernels_gemm_product()
      product.kernel = kernel
      product.source.src = UnsafeRawPointer(source)
      product.source.pixel_pitch = sourcePitch
      product.source.geometry = ckernels_convolution(
        channels: 0, height: 1, width: Int32(rows), kernel_height: 1, kernel_width: 1, stride_y: 1, stride_x: 1,
        dilation_y: 1, dilation_x: 1, padding_top: 0, padding_left: 0, out_height: 1, out_width: Int32(rows))
      (product.rows, product.columns, product.taps, product.depth) = (rows, columns, 1, depth)
      product.weights = UnsafeRawPointer(packed.start)
      product.start = isInteger ? UnsafePointer(starts.start) : nil
      product.finish.scale = UnsafePointer(scales.start)
      product.finish.bias = UnsafePointer(bias.start)
      product.finish.dst = destination
      product.finish.dst_pitch = destinationPitch
      product.finish.dst_format = format
      let scratch = GuardedBuffer<UInt8>(count: ckernels_gemm_scratch_bytes(&product))
      ckernels_gemm_run(&product, 0, rows, 0, panels, scratch.start)
    }
  }
}

extension NativeBuffer {
  /// The address of element `index`.
  func address(_ index: Int) -> UnsafeMutableRawPointer { start + index * format.elementSize }
}
