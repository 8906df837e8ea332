import CKernels
import Testing

@Suite("Winograd convolution")
struct WinogradTests {
  /// One FP32 matrix kernel that this CPU runs; Winograd's transforms follow its level.
  struct Kernel: Sendable, CustomTestStringConvertible {
    let name: String
    let form: ckernels_winograd_weights
    var testDescription: String { name + (form == CKERNELS_WINOGRAD_TRANSFORMED ? "" : ", untransformed weights") }

    static let available: [Kernel] = {
      var table: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
      let count = Int(ckernels_gemm_kernels(&table)), features = ckernels_cpu_features()
      var kernels: [Kernel] = []
      for index in 0..<count {
        guard let kernel = table?[index]?.pointee, kernel.types == CKERNELS_GEMM_F32, kernel.features & ~features == 0
        else { continue }
        let name = String(cString: kernel.name)
        kernels.append(Kernel(name: name, form: CKERNELS_WINOGRAD_TRANSFORMED))
        kernels.append(Kernel(name: name, form: CKERNELS_WINOGRAD_UNTRANSFORMED))
      }
      return kernels
    }()

    var pointer: UnsafePointer<ckernels_gemm_kernel> {
      var table: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
      let count = Int(ckernels_gemm_kernels(&table))
      return (0..<count).compactMap { table?[$0] }.first { String(cString: $0.pointee.name) == name }!
    }

    /// Output channels of a panel, and panels of so many channels.
    var panel: Int { ckernels_winograd_panel(pointer, form) }
    func panels(_ channels: Int) -> Int { (channels + panel - 1) / panel }
  }

  /// What a run does beyond the convolution, and how it is cut into parts.
  struct Run {
    var blockTiles = Int.max
    /// Tiles and panels that are taken in one call.
    var tilesAtOnce = Int.max, panelsAtOnce = Int.max
    var scale: [Float]?
    var bias: [Float]?
    var activation = CKERNELS_ACTIVATION_NONE
    var alpha: Float = 0, beta: Float = 0
  }

  /// The kernel's results; all buffers end where nobody may read or write.
  static func run(_ kernel: Kernel, _ example: WinogradCase, _ run: Run = Run(), src: [Float]? = nil) -> [Float] {
    let table = kernel.pointer, panels = kernel.panels(example.outChannels)
    let packed = GuardedBuffer<Float>(
      count: ckernels_winograd_packed_bytes(table, kernel.form, example.channels, example.outChannels) / 4)
    let weights = GuardedBuffer(example.weights)
    for panel in (0..<panels).reversed() {
      ckernels_winograd_pack(
        table, kernel.form, weights.start, example.channels, example.outChannels, panel, panel + 1, packed.start)
    }
    let source = GuardedBuffer(src ?? example.src), bias = GuardedBuffer(run.bias ?? example.bias)
    let scale = run.scale.map { GuardedBuffer($0) }, dst = GuardedBuffer<Float>(count: example.count)
    dst.elements.update(repeating: -777)
    let finish = ckernels_gemm_finish(
      scale: scale.map { UnsafePointer($0.start) }, bias: bias.start, residual: nil, residual_pitch: 0,
      residual_format: .fp32, dst: dst.start, dst_pitch: example.outChannels * 4, dst_format: .fp32,
      activation: run.activation, alpha: run.alpha, beta: run.beta)
    withExtendedLifetime((source, bias, scale)) {
      convolve(kernel, example, run, source.start, packed.start, finish)
    }
    #expect(dst.isIntact && packed.isIntact && weights.isIntact)
    return dst.values
  }

  /// Runs blocks, and in each the parts that `run` asks for, the last part first.
  static func convolve(
    _ kernel: Kernel, _ example: WinogradCase, _ run: Run, _ src: UnsafePointer<Float>,
    _ packed: UnsafePointer<Float>, _ finish: ckernels_gemm_finish
  ) {
    var convolution = ckernels_winograd(
      kernel: kernel.pointer, batch: Int32(example.batch), height: Int32(example.height), width: Int32(example.width),
      channels: Int32(example.channels), padding_top: Int32(example.padding.0), padding_left: Int32(example.padding.1),
      out_height: Int32(example.outHeight), out_width: Int32(example.outWidth),
      out_channels: Int32(example.outChannels), src: src, form: kernel.form, weights: packed, finish: finish)
    let tiles = ckernels_winograd_tiles(&convolution), panels = kernel.panels(example.outChannels)
    let size = min(run.blockTiles, tiles)
    guard size > 0 else { return }
    for begin in stride(from: 0, to: tiles, by: size) {
      let end = min(begin + size, tiles)
      let inputs = GuardedBuffer<Float>(count: ckernels_winograd_input_bytes(example.channels, end - begin) / 4)
      let sums = GuardedBuffer<Float>(count: ckernels_winograd_sums_bytes(end - begin) / 4)
      // Whatever the kernels do not write must not count.
      inputs.elements.update(repeating: .nan)
      sums.elements.update(repeating: .nan)
      var block = ckernels_winograd_block(begin: begin, end: end, inputs: inputs.start)
      for part in stride(from: begin, to: end, by: min(run.tilesAtOnce, size)).reversed() {
        ckernels_winograd_transform_input(&convolution, &block, part, min(part + min(run.tilesAtOnce, size), end))
      }
      for part in stride(from: 0, to: panels, by: min(run.panelsAtOnce, max(panels, 1))).reversed() {
        let last = min(part + min(run.panelsAtOnce, panels), panels)
        ckernels_winograd_multiply(&convolution, &block, part, last, sums.start)
      }
      #expect(inputs.isIntact && sums.isIntact)
    }
  }

  @Test("every shape is as near to the sum in FP64 as its roundings allow", arguments: Kernel.available)
  func shapes(kernel: Kernel) {
    for example in WinogradCase.all {
      let bounds = example.errorBounds
      expectClose(Self.run(kernel, example), example.expected, "\(example.height) x \(example.width)") { bounds[$0] }
    }
  }

  @Test("blocks and parts make no difference", arguments: Kernel.available)
  func parts(kernel: Kernel) {
    for example in WinogradCase.all {
      let whole = Self.run(kernel, example)
      for (block, tiles, panels) in [(1, 1, 1), (2, 1, 2), (3, 2, 3), (7, 3, 1), (8, 5, 2), (13, 13, 5), (64, 6, 4)] {
        let run = Run(blockTiles: block, tilesAtOnce: tiles, panelsAtOnce: panels)
        expectSame(Self.run(kernel, example, run), whole, "blocks of \(block), \(example.height) x \(example.width)")
      }
    }
  }

  /// The points are chosen for this; docs/winograd.md has the errors of others.
  @Test("random data lose less than twice the digits of the direct sum", arguments: Kernel.available)
  func accuracy(kernel: Kernel) {
    let example = WinogradCase((1, 16, 16, 128, 64))
    let want = example.expected, got = Self.run(kernel, example)
    let direct = Self.direct(example)
    func deviation(_ values: [Float]) -> Double {
      (zip(values, want).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        / Double(want.count)).squareRoot()
    }
    #expect(deviation(direct) > 0)
    #expect(deviation(got) < 2 * deviation(direct))
  }

  /// The direct convolution: sums in FP32 in the order of taps and channels.
  static func direct(_ example: WinogradCase) -> [Float] {
    var results = [Float](repeating: 0, count: example.count)
    for index in results.indices {
      let out = index % example.outChannels, pixel = index / example.outChannels
      let x = pixel % example.outWidth, y = pixel / example.outWidth % example.outHeight
      var sum: Float = 0
      for tap in 0..<9 {
        let (row, column) = (y + tap / 3 - 1, x + tap % 3 - 1)
        guard (0..<example.height).contains(row), (0..<example.width).contains(column) else { continue }
        for channel in 0..<example.channels {
          let value = example.src[(row * example.width + column) * example.channels + channel]
          sum.addProduct(value, example.weights[(out * example.channels + channel) * 9 + tap])
        }
      }
      results[index] = sum + example.bias[out]
    }
    return results
  }

  /// The matrix kernel's own finishing is tested by itself; here it must be given the right sums in the right places.
  @Test("scale, bias and activation finish the sums as after a matrix product", arguments: Kernel.available)
  func finishing(kernel: Kernel) {
    let example = WinogradCase((2, 7, 9, 12, 70))
    let zeros = [Float](repeating: 0, count: 70)
    let sums = Self.run(kernel, example, Run(bias: zeros))
    var samples = SampleValues(seed: 5)
    let scale = samples.floats(70, range: 2), table = kernel.pointer
    for raw in 0...CKERNELS_ACTIVATION_CLIP.rawValue {
      let run = Run(
        scale: raw % 2 == 0 ? scale : nil, activation: ckernels_activation(rawValue: raw), alpha: -0.5, beta: 0.75)
      var want = [Float](repeating: 0, count: sums.count)
      for pixel in stride(from: 0, to: sums.count, by: 70) {
        for first in stride(from: 0, to: 70, by: Int(table.pointee.nr)) {
          let columns = min(Int(table.pointee.nr), 70 - first)
          var row = Array(sums[pixel + first..<pixel + first + columns]) + [Float](repeating: 0, count: 64)
          scale[first...].withUnsafeBufferPointer { scale in
            example.bias[first...].withUnsafeBufferPointer { bias in
              want.withUnsafeMutableBufferPointer { want in
                var finish = ckernels_gemm_finish(
                  scale: run.scale == nil ? nil : scale.baseAddress, bias: bias.baseAddress, residual: nil,
                  residual_pitch: 0, residual_format: .fp32, dst: want.baseAddress! + pixel + first, dst_pitch: 0,
                  dst_format: .fp32, activation: run.activation, alpha: run.alpha, beta: run.beta)
                table.pointee.finish(&finish, &row, 64, 1, Int32(columns))
              }
            }
          }
        }
      }
      expectSame(Self.run(kernel, example, run), want, "activation \(raw)")
    }
  }

  @Test("a residual is added, and results are stored in every format", arguments: Kernel.available)
  func formats(kernel: Kernel) {
    let example = WinogradCase((1, 6, 5, 9, 37)), table = kernel.pointer
    let sums = Self.run(kernel, example, Run(bias: [Float](repeating: 0, count: 37)))
    var samples = SampleValues(seed: 6)
    let residual = GuardedBuffer(samples.floats(example.count)), bias = GuardedBuffer(example.bias)
    let packed = GuardedBuffer<Float>(count: ckernels_winograd_packed_bytes(table, kernel.form, 9, 37) / 4)
    let nr = Int(table.pointee.nr)
    ckernels_winograd_pack(table, kernel.form, example.weights, 9, 37, 0, kernel.panels(37), packed.start)
    for format in ckernels_format.all {
      let size = format.kind == CKERNELS_FORMAT_FP32 ? 4 : format.kind == CKERNELS_FORMAT_BF16 ? 2 : 1
      let got = GuardedBuffer<UInt8>(count: example.count * size), want = GuardedBuffer<UInt8>(count: got.values.count)
      var finish = ckernels_gemm_finish(
        scale: nil, bias: bias.start, residual: residual.start, residual_pitch: 37 * 4, residual_format: .fp32,
        dst: got.start, dst_pitch: 37 * size, dst_format: format, activation: CKERNELS_ACTIVATION_RELU, alpha: 0,
        beta: 0)
      finish.residual_format.scale = 0.25
      let src = GuardedBuffer(example.src)
      Self.convolve(kernel, example, Run(blockTiles: 3, panelsAtOnce: 1), src.start, packed.start, finish)
      #expect(src.isIntact && packed.isIntact)
      for pixel in 0..<example.count / 37 {
        for first in stride(from: 0, to: 37, by: nr) {
          let columns = min(nr, 37 - first)
          var row = Array(sums[pixel * 37 + first..<pixel * 37 + first + columns]) + [Float](repeating: 0, count: 64)
          var part = finish
          part.bias = UnsafePointer(bias.start + first)
          part.residual = UnsafeRawPointer(residual.start + pixel * 37 + first)
          part.dst = UnsafeMutableRawPointer(want.start + (pixel * 37 + first) * size)
          table.pointee.finish(&part, &row, 64, 1, Int32(columns))
        }
      }
      let same = got.values == want.values
      #expect(same && got.isIntact && bias.isIntact && residual.isIntact, "format \(format.kind.rawValue)")
    }
  }

  @Test("NaN and infinity stay within the tiles that read them", arguments: Kernel.available)
  func specials(kernel: Kernel) {
    let example = WinogradCase((1, 12, 12, 8, 8)), plain = Self.run(kernel, example)
    for special in [Float.nan, .infinity, -.infinity] {
      // Pixel (5, 5) is read by the tile of results (4, 4) ... (7, 7) alone.
      var src = example.src
      src[(5 * 12 + 5) * 8 + 3] = special
      let got = Self.run(kernel, example, src: src)
      for index in got.indices {
        let pixel = index / 8, inside = (4..<8).contains(pixel / 12) && (4..<8).contains(pixel % 12)
        #expect(inside ? !got[index].isFinite : got[index] == plain[index], "\(special): pixel \(pixel)")
      }
    }
  }

  @Test("sizes that no memory has are refused", arguments: Kernel.available)
  func overflow(kernel: Kernel) {
    let table = kernel.pointer, huge = Int(Int32.max)
    #expect(ckernels_winograd_packed_bytes(table, kernel.form, huge, Int.max / huge) == -1)
    #expect(ckernels_winograd_packed_bytes(table, kernel.form, -1, 4) == -1)
    let elements = kernel.form == CKERNELS_WINOGRAD_TRANSFORMED ? 36 : 9
    let lanes = Int(table.pointee.lanes), width = (5 + lanes - 1) / lanes * lanes
    #expect(ckernels_winograd_packed_bytes(table, kernel.form, 3, 5) == elements * 3 * width * 4)
    #expect(ckernels_winograd_input_bytes(Int.max, 1) == -1)
    #expect(ckernels_winograd_input_bytes(huge, Int.max / huge) == -1)
    #expect(ckernels_winograd_input_bytes(-1, 3) == -1)
    #expect(ckernels_winograd_sums_bytes(Int.max / 64) == -1)
    #expect(ckernels_winograd_input_bytes(17, 3) == 36 * 9 * 64)
  }
}
