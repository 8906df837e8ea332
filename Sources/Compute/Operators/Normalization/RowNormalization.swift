import CKernels
import Tensors

/// Normalisation of consecutive runs of elements, each by its own mean and variance.
struct RowNormalization {
  let rows: Int
  let columns: Int
  /// Whether the mean is subtracted; otherwise the mean square takes the place of the variance.
  var subtractsMean = true
  let epsilon: Double
  /// Element i takes scale and bias number i / repeats mod period.
  let repeats: Int
  let period: Int
  /// How scale and bias are laid out for each row, where they do not repeat like that; `repeats` is 1 and `period` the
  /// columns then.
  var broadcast: RowBroadcast?

  private typealias Kernel<Element> = (
    ckernels_isa, UnsafePointer<Element>?, Int, Int32, Double, UnsafePointer<ckernels_row_affine>?,
    UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Element>?
  ) -> Void

  /// The computation of a call with inputs x, scale and bias and outputs y, mean and inverse standard deviation.
  func computation(_ call: OperatorCall, _ outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    if try call.required(0).type.elementType == .float32 {
      return try computation(call, outputs, ckernels_row_norm_f32)
    }
    return try computation(call, outputs, ckernels_row_norm_f64)
  }

  private func computation<Element>(
    _ call: OperatorCall, _ outputs: [UnsafeMutableRawPointer], _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Element.self), outputs[0].assumingMemoryBound(to: Element.self))
    let (scale, bias) = (call.input(1)?.address, call.input(2)?.address)
    let mean = outputs.count > 1 ? outputs[1].assumingMemoryBound(to: Float.self) : nil
    let inverse = outputs.count > 2 ? outputs[2].assumingMemoryBound(to: Float.self) : nil
    let level = call.resources.level
    let this = self
    let size = MemoryLayout<Element>.stride
    // The columns were part of a checked shape: their bytes do not overflow.
    let scratch = try Scratch(
      bytesPerPart: broadcast == nil ? 0 : 2 * columns * size, parts: call.resources.shareCount)
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      for row in share.range(of: this.rows) {
        let start = row * this.columns
        var affine = ckernels_row_affine(
          scale: scale, bias: bias, start: start, repeat: max(this.repeats, 1), period: max(this.period, 1))
        if let broadcast = this.broadcast {
          let own = scratch.part(share.index)
          affine.scale = broadcast.layOut(scale, parameter: 0, elementBytes: size, row: row, at: own)
          affine.bias = broadcast.layOut(
            bias, parameter: 1, elementBytes: size, row: row, at: own + this.columns * size)
        }
        kernel(
          level, x + start, this.columns, this.subtractsMean ? 1 : 0, this.epsilon, &affine, mean.map { $0 + row },
          inverse.map { $0 + row }, y + start)
      }
    }
  }
}
