import CKernels
import Testing

@Suite("Matrix kernels")
struct GemmTests {
  /// A kernel that this CPU runs.
  struct Kernel: Sendable, CustomTestStringConvertible {
    nonisolated(unsafe) let row: UnsafePointer<ckernels_gemm_kernel>
    var testDescription: String { String(cString: row.pointee.name) }
    var mr: Int { Int(row.pointee.mr) }
    var nr: Int { Int(row.pointee.nr) }
    var kr: Int { Int(row.pointee.kr) }
    /// Elements of depth that chunks do not cut.
    var block: Int { Int(row.pointee.block) }
    var lanes: Int { Int(row.pointee.lanes) }
    var types: ckernels_gemm_types { row.pointee.types }
    var isInteger: Bool { kr == 4 }
    /// Whether it adds two products in 16 bits.
    var addsPairs: Bool { types == CKERNELS_GEMM_U8S7 || types == CKERNELS_GEMM_U8S8_PAIRS }
    /// Half a unit in the last place of a sum near 1.
    var unit: Double { types == CKERNELS_GEMM_F16_CHAIN ? 0x1p-11 : 0x1p-24 }

    static let all: [Kernel] = {
      var rows: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
      let count = Int(ckernels_gemm_kernels(&rows))
      return (0..<count).map { Kernel(row: rows![$0]!) }
    }()
    static let available = all.filter { $0.row.pointee.features & ckernels_cpu_features() == $0.row.pointee.features }
  }

  @Test("This CPU runs a kernel for each type, and every kernel has a name of its own")
  func table() {
    #expect(Set(Kernel.all.map(\.testDescription)).count == Kernel.all.count)
    for types in [
      CKERNELS_GEMM_F32, CKERNELS_GEMM_BF16, CKERNELS_GEMM_U8S8, CKERNELS_GEMM_F32_CHAIN, CKERNELS_GEMM_F32_BLOCKS,
      CKERNELS_GEMM_F16_CHAIN,
      CKERNELS_GEMM_BF16_TILES, CKERNELS_GEMM_U8S8_PAIRS, CKERNELS_GEMM_U8S8_SATURATING,
    ] {
      #expect(Kernel.available.contains { $0.types == types })
    }
  }

  // MARK: Plain products

  @Test("Products of all sizes around the tile", arguments: Kernel.available)
  func sizes(_ kernel: Kernel) {
    for rows in [0, 1, 2, kernel.mr - 1, kernel.mr, kernel.mr + 1, 2 * kernel.mr + 1] {
      for columns in [0, 1, 3, kernel.nr - 1, kernel.nr, kernel.nr + 1, 2 * kernel.nr + 5] {
        for depth in [0, 1, 2, 3, 4, 5, 7, 64, 131] {
          GemmCase(kernel, rows: rows, columns: columns, depth: depth).check("\(rows)x\(columns)x\(depth)")
        }
      }
    }
  }

  @Test("Depth in chunks, rows in blocks, and the work in parts give the same bits", arguments: Kernel.available)
  func cuts(_ kernel: Kernel) {
    let depth = 5 * kernel.block + 33
    let problem = GemmCase(kernel, rows: 3 * kernel.mr + 2, columns: 2 * kernel.nr + 3, depth: depth)
    let whole = problem.run()
    for chunk in [kernel.block, 5 * kernel.block, (depth - 1) / kernel.block * kernel.block] {
      // Chunks end a chain of fused multiply-adds nowhere: the sums continue.
      #expect(problem.run { $0.chunk = chunk } == whole, "chunks of \(chunk)")
    }
    for block in [1, 2, kernel.mr, kernel.mr + 1] {
      #expect(problem.run { $0.row_block = block } == whole, "blocks of \(block) rows")
    }
    #expect(problem.run(rowCut: kernel.mr + 1, panelCut: 1) == whole, "in four parts")
  }

  @Test("Products in every format of source, residual and result", arguments: Kernel.available)
  func formats(_ kernel: Kernel) {
    for result in ckernels_format.all {
      for residual in [nil] + ckernels_format.all.map(Optional.some) {
        for columns in [kernel.nr, kernel.nr - 3] {
          let problem = GemmCase(
            kernel, rows: kernel.mr + 1, columns: columns, depth: 37, result: result, residual: residual)
          problem.check("result \(result.kind.rawValue), residual \(residual?.kind.rawValue ?? 9), \(columns) columns")
        }
      }
    }
  }

  @Test("Every activation behind the sums", arguments: Kernel.available)
  func activations(_ kernel: Kernel) {
    for fused in EpilogueTests.Fused.all {
      let problem = GemmCase(kernel, rows: kernel.mr, columns: kernel.nr + 2, depth: 19, fused: fused)
      problem.check("activation \(fused.function.rawValue)")
    }
  }

  @Test("Clipping beyond what 8 bits hold, and with crossed bounds", arguments: Kernel.available)
  func clipping(_ kernel: Kernel) {
    for (low, high) in [(-6, -1), (-30, -20), (2, 1), (300, 400), (-0.5, 0.5)] as [(Float, Float)] {
      let clip = EpilogueTests.Fused(function: CKERNELS_ACTIVATION_CLIP, alpha: low, beta: high, slope: 1) { _ in 0 }
      for result in ckernels_format.all {
        // Whole vectors and their tails go different ways.
        for columns in [kernel.nr, kernel.nr - 3] {
          GemmCase(kernel, rows: 2, columns: columns, depth: 9, result: result, fused: clip)
            .check("clip to \(low) ... \(high), format \(result.kind.rawValue), \(columns) columns")
        }
      }
    }
  }

  // MARK: Windows

  @Test("Convolutions with strides, dilation and padding", arguments: Kernel.available)
  func windows(_ kernel: Kernel) {
    for window in [(1, 1, 1, 0), (3, 1, 1, 1), (3, 2, 1, 1), (3, 1, 2, 2), (2, 1, 1, 0), (5, 3, 1, 2), (1, 2, 1, 0)] {
      for (height, width) in [(5, 7), (1, 1), (9, 4)] {
        for channels in [1, 3, 4, 18] {
          let shape = GemmCase.Window(
            images: 2, height: height, width: width, kernel: window.0, stride: window.1, dilation: window.2,
            padding: window.3)
          guard shape.outHeight > 0, shape.outWidth > 0 else { continue }
          GemmCase(kernel, window: shape, columns: kernel.nr / 2 + 1, depth: channels)
            .check("\(window), \(height)x\(width), \(channels) channels")
        }
      }
    }
  }

  @Test("Taps in chunks give the same bits", arguments: Kernel.available)
  func tapChunks(_ kernel: Kernel) {
    let shape = GemmCase.Window(images: 1, height: 6, width: 7, kernel: 3, stride: 1, dilation: 1, padding: 1)
    let problem = GemmCase(kernel, window: shape, columns: kernel.nr + 1, depth: 6)
    let whole = problem.run()
    for chunk in 1..<9 { #expect(problem.run { $0.chunk = chunk } == whole, "\(chunk) taps at once") }
  }

  // MARK: Values

  @Test("7-bit weights cannot saturate the 16-bit sums, and integer sums are exact", arguments: Kernel.available)
  func extremes(_ kernel: Kernel) {
    guard kernel.isInteger else { return }
    let limit: Int32 = kernel.addsPairs ? 64 : 128
    for (source, weight) in [(255, -limit), (255, limit - 1), (0, -limit)] as [(Int32, Int32)] {
      let problem = GemmCase(kernel, rows: 2, columns: 5, depth: 1000, source: source, weight: weight)
      problem.check("\(source) x \(weight)")
    }
  }

  @Test("Sizes that overflow are refused")
  func overflow() {
    for kernel in Kernel.all {
      #expect(ckernels_gemm_packed_bytes(kernel.row, .max / 2, 3, 3) == -1)
      #expect(ckernels_gemm_packed_bytes(kernel.row, 1, .max, 2) == -1)
      #expect(ckernels_gemm_packed_bytes(kernel.row, 1, 1, .max) == -1)
      #expect(ckernels_gemm_packed_bytes(kernel.row, 1, 1, 1) == 4 * Int(kernel.row.pointee.lanes))
    }
  }

  @Test("Blocks of products that no memory holds", arguments: Kernel.available)
  func absurdSizes(_ kernel: Kernel) {
    for (rows, taps, depth) in [
      (Int.max, 1, Int.max), (1, Int.max, Int.max), (Int.max, Int.max, 1), (1 << 40, 1 << 40, 1 << 40),
    ] {
      var product = ckernels_gemm_product()
      product.kernel = kernel.row
      (product.rows, product.columns, product.taps, product.depth) = (rows, .max, taps, depth)
      (product.source.geometry.stride_x, product.source.geometry.stride_y) = (.max, .max)
      ckernels_gemm_choose_blocks(&product, 1 << 20)
      #expect(product.row_block >= kernel.mr && product.chunk > 0)
      if taps > 1 << 50 { #expect(ckernels_gemm_scratch_bytes(&product) == -1) }
    }
  }

  @Test("Matrices of activations are packed as weights are, and their columns added up", arguments: Kernel.available)
  func packing(_ kernel: Kernel) {
    let size = 4 / kernel.kr
    for columns in [1, 3, kernel.nr - 1, kernel.nr, 2 * kernel.nr + 5] {
      for depth in [0, 1, 2, 3, 4, 5, 17, 67] {
        let panels = (columns + kernel.nr - 1) / kernel.nr
        let count = ckernels_gemm_packed_bytes(kernel.row, 1, depth, columns)
        for isTransposed in [false, true] {
          let (rows, width) = isTransposed ? (columns, depth) : (depth, columns)
          let pitch = (width + 3) * size
          let bytes = (0..<max(rows * pitch, 1)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
          let source = GuardedBuffer(Array(bytes.prefix(max((rows - 1) * pitch + width * size, 0))))
          let (want, got) = (GuardedBuffer<UInt8>(count: count), GuardedBuffer<UInt8>(count: count))
          let stride = pitch / size
          ckernels_gemm_pack(
            kernel.row, source.start, 0, isTransposed ? 1 : stride, isTransposed ? stride : 1, 1, depth, columns, 0,
            panels, want.start)
          for panel in (0..<panels).reversed() {
            kernel.row.pointee.pack(
              source.start, pitch, isTransposed ? 1 : 0, depth, columns, panel, panel + 1, got.start)
          }
          #expect(got.values == want.values, "\(columns)x\(depth), transposed \(isTransposed)")
          #expect(got.isIntact && source.isIntact)
          guard kernel.isInteger else { continue }
          let lanes = Int(kernel.row.pointee.lanes)
          let sums = GuardedBuffer<Int32>(count: (columns + lanes - 1) / lanes * lanes)
          kernel.row.pointee.column_sums(got.start, 1, depth, columns, 0, panels, -3, sums.start)
          for column in 0..<sums.values.count {
            let own = column < columns ? 0..<depth : 0..<0
            let sum = own.reduce(Int32(0)) { sum, k in
              sum + Int32(Int8(bitPattern: bytes[isTransposed ? column * pitch + k : k * pitch + column]))
            }
            #expect(sums.values[column] == -3 * sum)
          }
          #expect(sums.isIntact)
        }
      }
    }
  }

  @Test("Blocks of absurd strides", arguments: Kernel.available)
  func absurdStrides(_ kernel: Kernel) {
    var product = ckernels_gemm_product()
    product.kernel = kernel.row
    (product.rows, product.columns, product.taps, product.depth) = (9, 9, 4, 1)
    product.source.geometry.stride_x = 65535
    product.source.geometry.stride_y = 65537
    ckernels_gemm_choose_blocks(&product, 1 << 20)
    #expect(product.row_block >= kernel.mr)
  }

  /// 4097 * 4097 = 2^24 + 2^13 + 1 has one bit more than FP32: rounded on its own it loses the 1 that is left.
  @Test(
    "Scales with their bias, and residuals, are added in one rounding", arguments: Kernel.available, [false, true])
  func oneRounding(_ kernel: Kernel, ofResidual: Bool) {
    // Whole groups of vectors and a part of one.
    let columns = 4 * kernel.lanes + 3, pitch = 5 * kernel.lanes, rows = 2
    let sum: Float = ofResidual ? 0 : 4097
    var sums = [UInt32](
      repeating: kernel.isInteger ? UInt32(sum) : sum.bitPattern, count: rows * pitch)
    let scale = [Float](repeating: 4097, count: columns)
    let bias = [Float](repeating: -16_785_408, count: columns)
    let residual = [Float](repeating: 4097, count: rows * columns)
    var results = [Float](repeating: -7, count: rows * columns)
    let line = columns * MemoryLayout<Float>.stride
    scale.withUnsafeBufferPointer { scale in
      bias.withUnsafeBufferPointer { bias in
        residual.withUnsafeBytes { residual in
          results.withUnsafeMutableBytes { results in
            var finish = ckernels_gemm_finish()
            finish.scale = scale.baseAddress
            finish.bias = bias.baseAddress
            finish.residual_format = ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 4097, zero_point: 0)
            if ofResidual {
              finish.residual = residual.baseAddress
              finish.residual_pitch = line
            }
            finish.dst = results.baseAddress
            finish.dst_pitch = line
            finish.dst_format = ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
            kernel.row.pointee.finish(&finish, &sums, pitch, Int32(rows), Int32(columns))
          }
        }
      }
    }
    #expect(results.allSatisfy { $0 == 1 })
  }

  @Test("Blocks fit the cache that they are chosen for", arguments: Kernel.available)
  func blocks(_ kernel: Kernel) {
    for depth in [8, 64, 512, 768, 3072, 20000] {
      for taps in [1, 9] {
        var product = ckernels_gemm_product()
        product.kernel = kernel.row
        (product.rows, product.columns, product.taps, product.depth) = (5000, 256, taps, depth)
        product.source.geometry.stride_x = 1
        product.source.geometry.stride_y = 1
        ckernels_gemm_choose_blocks(&product, 1 << 20)
        let groups = (depth + kernel.kr - 1) / kernel.kr
        let steps = product.chunk == 0 ? taps * groups : taps > 1 ? product.chunk * groups : product.chunk / kernel.kr
        let isSmallest = product.chunk == (taps > 1 ? 1 : kernel.block)
        #expect(isSmallest || steps * kernel.nr * 4 <= 5 << 17, "\(taps) taps of \(depth)")
        #expect(product.chunk >= 0)
        #expect(product.chunk % (taps > 1 ? 1 : kernel.block) == 0)
        #expect(product.row_block >= kernel.mr)
      }
    }
  }
}
