import CKernels
import Foundation
import Testing

/// A product with its operands in guarded memory, and its result computed in FP64.
final class GemmCase {
  /// The geometry of a convolution of square windows.
  struct Window {
    var images: Int, height: Int, width: Int, kernel: Int, stride: Int, dilation: Int, padding: Int

    private func out(_ extent: Int) -> Int {
      let free = extent + 2 * padding - dilation * (kernel - 1) - 1
      return free < 0 ? 0 : free / stride + 1
    }
    var outHeight: Int { out(height) }
    var outWidth: Int { out(width) }
    var rows: Int { images * outHeight * outWidth }
    var taps: Int { kernel * kernel }

    /// The pixel of a result row at a tap; nil for padding.
    func pixel(_ row: Int, _ tap: Int) -> Int? {
      let (image, position) = row.quotientAndRemainder(dividingBy: outHeight * outWidth)
      let y = position / outWidth * stride + tap / kernel * dilation - padding
      let x = position % outWidth * stride + tap % kernel * dilation - padding
      guard y >= 0, y < height, x >= 0, x < width else { return nil }
      return (image * height + y) * width + x
    }

    var geometry: ckernels_convolution {
      func c(_ value: Int) -> Int32 { Int32(value) }
      return ckernels_convolution(
        channels: 0, height: c(height), width: c(width), kernel_height: c(kernel), kernel_width: c(kernel),
        stride_y: c(stride), stride_x: c(stride), dilation_y: c(dilation), dilation_x: c(dilation),
        padding_top: c(padding), padding_left: c(padding), out_height: c(outHeight), out_width: c(outWidth))
    }
  }

  private let kernel: GemmTests.Kernel
  private let window: Window
  private let columns: Int, depth: Int
  private let zeroPoint: Int32
  private let result: ckernels_format
  private let residualFormat: ckernels_format?
  private let fused: EpilogueTests.Fused
  /// Real values in units of the scales: pixels x depth, and columns x depth x taps.
  private let source: [Float], weights: [Float]
  private let sourceBytes: GuardedBuffer<UInt8>, paddingBytes: GuardedBuffer<UInt8>
  private let packed: GuardedBuffer<UInt8>
  private let start: GuardedBuffer<Int32>
  private let scale: GuardedBuffer<Float>, bias: GuardedBuffer<Float>
  private let residual: [Float], residualBytes: GuardedBuffer<UInt8>

  convenience init(
    _ kernel: GemmTests.Kernel, rows: Int, columns: Int, depth: Int, result: ckernels_format = .fp32,
    residual: ckernels_format? = nil, fused: EpilogueTests.Fused = EpilogueTests.Fused.all[0], source: Int32? = nil,
    weight: Int32? = nil
  ) {
    let window = Window(images: 1, height: 1, width: rows, kernel: 1, stride: 1, dilation: 1, padding: 0)
    self.init(
      kernel, window: window, columns: columns, depth: depth, result: result, residual: residual, fused: fused,
      source: source, weight: weight)
  }

  init(
    _ kernel: GemmTests.Kernel, window: Window, columns: Int, depth: Int, result: ckernels_format = .fp32,
    residual: ckernels_format? = nil, fused: EpilogueTests.Fused = EpilogueTests.Fused.all[0], source: Int32? = nil,
    weight: Int32? = nil
  ) {
    var samples = SampleValues(seed: window.rows * 7 + columns * 3 + depth)
    (self.kernel, self.window, self.columns, self.depth) = (kernel, window, columns, depth)
    (self.result, self.residualFormat, self.fused) = (result, residual, fused)
    let size = 4 / kernel.kr
    let sourceCount = window.images * window.height * window.width * depth
    let weightCount = columns * depth * window.taps
    zeroPoint = kernel.isInteger ? 101 : 0
    var (sourceElements, weightElements): ([UInt8], [UInt8])
    switch kernel.kr {
    case 1:
      let (left, right) = (samples.floats(sourceCount), samples.floats(weightCount))
      let isHalf = kernel.types == CKERNELS_GEMM_F16_CHAIN
      (self.source, weights) = isHalf ? (Self.halves(left), Self.halves(right)) : (left, right)
      (sourceElements, weightElements) = (Self.bytes(self.source), Self.bytes(weights))
    case 2:
      (self.source, weights) = (
        ckernels_format.bf16.of(samples.floats(sourceCount)), ckernels_format.bf16.of(samples.floats(weightCount))
      )
      func upper(_ values: [Float]) -> [UInt8] { Self.bytes(values.map { UInt16($0.bitPattern >> 16) }) }
      (sourceElements, weightElements) = (upper(self.source), upper(weights))
    default:
      let limit: ClosedRange<Int32> = kernel.addsPairs ? -64...64 : -128...127
      let q = source.map { [Int32](repeating: $0, count: sourceCount) } ?? samples.integers(sourceCount, in: 0...255)
      let w = weight.map { [Int32](repeating: $0, count: weightCount) } ?? samples.integers(weightCount, in: limit)
      let zero = zeroPoint
      self.source = q.map { Float($0 - zero) }
      weights = w.map(Float.init)
      (sourceElements, weightElements) = (q.map { UInt8($0) }, w.map { UInt8(bitPattern: Int8($0)) })
    }
    sourceBytes = GuardedBuffer(sourceElements)
    paddingBytes = GuardedBuffer([UInt8](repeating: UInt8(zeroPoint), count: depth * size))
    let packedBytes = ckernels_gemm_packed_bytes(kernel.row, window.taps, depth, columns)
    packed = GuardedBuffer(count: packedBytes)
    // Columns, then depth, then taps innermost, as convolutions' weights lie.
    let unpacked = GuardedBuffer(weightElements)
    ckernels_gemm_pack(
      kernel.row, unpacked.start, 1, window.taps, depth * window.taps, window.taps, depth, columns, 0,
      (columns + kernel.nr - 1) / kernel.nr, packed.start)
    let lanes = Int(kernel.row.pointee.lanes)
    var starts = [Int32](repeating: 0, count: (columns + lanes - 1) / lanes * lanes)
    if kernel.isInteger {
      for column in 0..<columns {
        let sum = weights[(column * depth * window.taps)..<((column + 1) * depth * window.taps)].reduce(0, +)
        starts[column] = -zeroPoint * Int32(sum)
      }
    }
    start = GuardedBuffer(starts)
    scale = GuardedBuffer(kernel.isInteger ? samples.floats(columns, range: 0.001) : [])
    bias = GuardedBuffer(samples.floats(columns))
    let stored = residual.map { ($0, samples.floats(window.rows * columns, range: 1)) }
    self.residual = stored.map { $0.0.of($0.1) } ?? []
    residualBytes = GuardedBuffer(stored.map { Self.native($0.0.of($0.1), $0.0) } ?? [])
  }

  /// The nearest FP16 values.
  private static func halves(_ values: [Float]) -> [Float] { values.map { Float(Float16($0)) } }

  private static func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  /// Values as `ckernels_format` describes them, in native storage.
  private static func native(_ values: [Float], _ format: ckernels_format) -> [UInt8] {
    switch format.kind {
    case CKERNELS_FORMAT_BF16: bytes(values.map { UInt16($0.bitPattern >> 16) })
    case CKERNELS_FORMAT_U8: values.map { UInt8(Int32($0) + format.zero_point) }
    case CKERNELS_FORMAT_S8: values.map { UInt8(bitPattern: Int8($0)) }
    default: bytes(values)
    }
  }

  private static func size(_ format: ckernels_format) -> Int {
    format.kind == CKERNELS_FORMAT_FP32 ? 4 : format.kind == CKERNELS_FORMAT_BF16 ? 2 : 1
  }

  /// The result's bytes, computed in up to four parts.
  func run(
    rowCut: Int = 0, panelCut: Int = 0, _ change: (inout ckernels_gemm_product) -> Void = { _ in }
  ) -> [UInt8] {
    let pitch = columns * Self.size(result)
    let destination = GuardedBuffer<UInt8>(count: window.rows * pitch)
    let element = 4 / kernel.kr
    var product = ckernels_gemm_product()
    product.kernel = kernel.row
    product.source = ckernels_gemm_source(
      src: sourceBytes.start, pixel_pitch: depth * element, line_pitch: window.width * depth * element,
      image_pitch: window.height * window.width * depth * element, geometry: window.geometry,
      padding: paddingBytes.start)
    (product.rows, product.columns, product.taps, product.depth) = (window.rows, columns, window.taps, depth)
    product.weights = UnsafeRawPointer(packed.start)
    product.start = kernel.isInteger ? UnsafePointer(start.start) : nil
    product.finish.scale = kernel.isInteger ? UnsafePointer(scale.start) : nil
    product.finish.bias = UnsafePointer(bias.start)
    product.finish.residual = residualFormat == nil ? nil : UnsafeRawPointer(residualBytes.start)
    product.finish.residual_format = residualFormat ?? .fp32
    product.finish.residual_pitch = columns * Self.size(residualFormat ?? .fp32)
    product.finish.dst = UnsafeMutableRawPointer(destination.start)
    product.finish.dst_pitch = pitch
    product.finish.dst_format = result
    (product.finish.activation, product.finish.alpha, product.finish.beta) = (fused.function, fused.alpha, fused.beta)
    change(&product)
    let scratchBytes = ckernels_gemm_scratch_bytes(&product)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: scratchBytes, alignment: 64)
    defer { scratch.deallocate() }
    let panels = (columns + kernel.nr - 1) / kernel.nr
    for (rows, part) in [
      ((0, rowCut), (0, panelCut)), ((0, rowCut), (panelCut, panels)), ((rowCut, window.rows), (0, panelCut)),
      ((rowCut, window.rows), (panelCut, panels)),
    ] {
      ckernels_gemm_run(&product, rows.0, rows.1, part.0, part.1, scratch)
    }
    #expect(destination.isIntact)
    return destination.values
  }

  /// Compares with sums in FP64.
  ///
  /// Tolerance before rounding: each of K = taps * depth fused multiply-adds, and the few operations behind them, rounds
  /// once, so the sum is off by at most (K + 4) units of the sum of magnitudes (and, in FP16, of what that bound adds
  /// to them); integer sums are exact. An activation
  /// passes that on by at most its slope and adds its own error. Rounding to a format adds half a step, so that a result
  /// may be a step away where a value lies near the middle.
  func check(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let bytes = run()
    let (rows, taps) = (window.rows, window.taps)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, magnitude) = (0.0, 0.0)
        for tap in 0..<taps {
          guard let pixel = window.pixel(row, tap) else { continue }
          for k in 0..<depth {
            let product =
              Double(source[pixel * depth + k]) * Double(weights[(column * depth + k) * taps + tap])
            sum += product
            magnitude += abs(product)
          }
        }
        let factor = kernel.isInteger ? Double(scale.elements[column]) : 1
        let residual = residualFormat.map {
          Double(self.residual[row * columns + column]) * Double($0.kind == CKERNELS_FORMAT_FP32 ? 1 : $0.scale)
        }
        let argument = sum * factor + Double(bias.elements[column]) + (residual ?? 0)
        let rounded = kernel.isInteger ? 4.0 : Double(taps * depth) + 4
        let size = magnitude * abs(factor) + abs(Double(bias.elements[column])) + abs(residual ?? 0)
        let error = rounded * kernel.unit * (1 + rounded * kernel.unit) * size
        let wanted = Self.activated(argument, fused)
        let tolerance = error * fused.slope + fused.error(abs(argument)) + unit * abs(wanted)
        let got = value(bytes, row * columns + column)
        if !matches(got, wanted, tolerance) {
          Issue.record(
            "\(what): row \(row), column \(column) is \(got), wanted \(wanted)", sourceLocation: sourceLocation)
          return
        }
      }
    }
  }

  private func matches(_ got: Double, _ wanted: Double, _ tolerance: Double) -> Bool {
    switch result.kind {
    case CKERNELS_FORMAT_BF16:
      return abs(got - wanted) <= tolerance + abs(wanted) * 0x1p-8
    case CKERNELS_FORMAT_U8, CKERNELS_FORMAT_S8:
      let (low, high) =
        result.kind == CKERNELS_FORMAT_U8
        ? (Double(-result.zero_point), Double(255 - result.zero_point)) : (-127, 127)
      let exact = min(max(wanted / Double(result.scale), low), high)
      // Half a step, and what the value may be off before it is rounded; the reciprocal's own rounding is 2 units.
      return abs(got - exact) <= 0.5 + tolerance / Double(result.scale) + 2 * unit * abs(exact)
    default:
      return abs(got - wanted) <= tolerance
    }
  }

  /// A stored element as a real number; integers less their zero point.
  private func value(_ bytes: [UInt8], _ index: Int) -> Double {
    switch result.kind {
    case CKERNELS_FORMAT_BF16:
      let bits = UInt32(bytes[2 * index]) << 16 | UInt32(bytes[2 * index + 1]) << 24
      return Double(Float(bitPattern: bits))
    case CKERNELS_FORMAT_U8: return Double(Int32(bytes[index]) - result.zero_point)
    case CKERNELS_FORMAT_S8: return Double(Int8(bitPattern: bytes[index]))
    default: return bytes.withUnsafeBytes { Double($0.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)) }
    }
  }

  private static func activated(_ x: Double, _ fused: EpilogueTests.Fused) -> Double {
    let (alpha, beta) = (Double(fused.alpha), Double(fused.beta))
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    return switch fused.function {
    case CKERNELS_ACTIVATION_RELU: max(x, 0)
    case CKERNELS_ACTIVATION_GELU: x * 0.5 * erfc(-x / 2.0.squareRoot())
    case CKERNELS_ACTIVATION_GELU_TANH: x * sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
    case CKERNELS_ACTIVATION_SIGMOID: sigmoid(x)
    case CKERNELS_ACTIVATION_TANH: tanh(x)
    case CKERNELS_ACTIVATION_SILU: x * sigmoid(x)
    case CKERNELS_ACTIVATION_HARD_SIGMOID: max(0, min(1, alpha * x + beta))
    case CKERNELS_ACTIVATION_HARD_SWISH: x * max(0, min(1, x / 6 + 0.5))
    case CKERNELS_ACTIVATION_LEAKY_RELU: x < 0 ? alpha * x : x
    case CKERNELS_ACTIVATION_CLIP: min(max(x, alpha), beta)
    default: x
    }
  }
}
