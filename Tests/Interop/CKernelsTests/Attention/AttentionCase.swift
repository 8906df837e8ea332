import CKernels
import Glibc

/// One attention with its operands, and the same computed by the separate kernels.
struct AttentionCase {
  struct Extents: CustomStringConvertible {
    var samples = 1
    var heads = 1
    var queries: Int
    var keys: Int
    var depth: Int
    var valueDepth: Int
    var description: String {
      "\(samples) x \(heads) heads, \(queries) queries, \(keys) keys, \(depth) | \(valueDepth)"
    }
  }

  /// What the softmax adds to or leaves out of the scores.
  enum Softmax: CaseIterable { case plain, masked, masksNothing, masksAll, addendForAll, addendByRow, addendByElement }

  let level: Level
  let kernel: ckernels_gemm_kernel
  let extents: Extents
  let (q, k, v): (NativeBuffer, NativeBuffer, NativeBuffer)
  let (scoresFormat, probabilitiesFormat, dstFormat): (ckernels_format, ckernels_format, ckernels_format)
  let (scoresScale, contextScale): (Float, Float)
  let mask: GuardedBuffer<Int32>?
  let addend: GuardedBuffer<Float>?
  let addendStrides: (sample: Int, head: Int, row: Int, step: Int)

  var isInteger: Bool { kernel.kr == 4 }

  init(_ level: Level, _ kernel: ckernels_gemm_kernel, _ extents: Extents, _ softmax: Softmax, to dst: ckernels_format)
  {
    (self.level, self.kernel, self.extents, dstFormat) = (level, kernel, extents, dst)
    var samples = SampleValues(seed: extents.queries * 131 + extents.keys)
    let is7Bits = kernel.types == CKERNELS_GEMM_U8S7
    // Zero points on both sides, and one that lets probabilities be unsigned from 3 on.
    let formats: (ckernels_format, ckernels_format, ckernels_format, ckernels_format) =
      switch kernel.kr {
      case 1: (.fp32, .fp32, .fp32, .fp32)
      case 2: (.bf16, .bf16, .bf16, .bf16)
      default: (.u8(0.03, 119), .s8(is7Bits ? 4.0 / 64 : 4.0 / 127), .u8(1.0 / 250, 3), .fp32)
      }
    probabilitiesFormat = formats.2
    scoresFormat = formats.3
    let (rows, width) = (extents.samples * extents.keys, extents.heads)
    q = NativeBuffer(
      rounding: samples.floats(extents.samples * extents.queries * width * extents.depth), formats.0)
    k = NativeBuffer(rounding: samples.floats(rows * width * extents.depth), formats.1)
    v = NativeBuffer(rounding: samples.floats(rows * width * extents.valueDepth), formats.1)
    scoresScale = 0.3 * formats.0.realScale * formats.1.realScale
    contextScale = formats.2.realScale * formats.1.realScale
    let (s, h, r, c) = (extents.samples, extents.heads, extents.queries, extents.keys)
    mask =
      switch softmax {
      case .masked: GuardedBuffer((0..<rows).map { $0 % 3 == 1 ? 0 : Int32($0 - 7) })
      case .masksNothing: GuardedBuffer([Int32](repeating: 1, count: rows))
      case .masksAll: GuardedBuffer((0..<rows).map { $0 < extents.keys ? 0 : 1 })
      default: nil
      }
    switch softmax {
    case .addendForAll:
      addend = GuardedBuffer(samples.floats(s))
      addendStrides = (1, 0, 0, 0)
    case .addendByRow:
      addend = GuardedBuffer(samples.floats(h * c))
      addendStrides = (0, c, 0, 1)
    case .addendByElement:
      addend = GuardedBuffer(samples.floats(s * h * r * c))
      addendStrides = (h * r * c, r * c, c, 1)
    default:
      addend = nil
      addendStrides = (0, 0, 0, 0)
    }
  }

  /// The result of the fused kernel, in two ranges of parts.
  func fused() -> NativeBuffer {
    let dst = NativeBuffer(
      count: extents.samples * extents.queries * extents.heads * extents.valueDepth, dstFormat)
    withUnsafePointer(to: kernel) { kernel in
      func operand(_ buffer: NativeBuffer, rows: Int, columns: Int) -> ckernels_attention_operand {
        let pitch = extents.heads * columns * buffer.format.elementSize
        return ckernels_attention_operand(
          address: buffer.start, row_pitch: pitch, sample_pitch: rows * pitch, format: buffer.format)
      }
      var attention = ckernels_attention(
        isa: level.isa, scores_kernel: kernel, context_kernel: kernel, samples: extents.samples, heads: extents.heads,
        queries: extents.queries, keys: extents.keys, depth: extents.depth, value_depth: extents.valueDepth,
        q: operand(q, rows: extents.queries, columns: extents.depth),
        k: operand(k, rows: extents.keys, columns: extents.depth),
        v: operand(v, rows: extents.keys, columns: extents.valueDepth),
        dst: operand(dst, rows: extents.queries, columns: extents.valueDepth), scores_scale: scoresScale,
        scores_format: scoresFormat, mask: mask.map { UnsafePointer($0.start) },
        addend: addend.map { UnsafePointer($0.start) }, addend_sample_stride: addendStrides.sample,
        addend_head_stride: addendStrides.head, addend_row_stride: addendStrides.row,
        addend_step: addendStrides.step, probabilities_format: probabilitiesFormat, context_scale: contextScale)
      let scratch = GuardedBuffer<UInt8>(count: ckernels_attention_scratch_bytes(&attention))
      let parts = ckernels_attention_parts(&attention)
      ckernels_attention_run(&attention, parts / 2, parts, scratch.start)
      ckernels_attention_run(&attention, 0, parts / 2, scratch.start)
    }
    return dst
  }

  /// The same from the separate kernels: product, softmax, product.
  func separate() -> NativeBuffer {
    let e = extents
    let dst = NativeBuffer(count: e.samples * e.queries * e.heads * e.valueDepth, dstFormat)
    for sample in 0..<e.samples {
      for head in 0..<e.heads {
        let product = sample * e.heads + head
        let scores = NativeBuffer(count: e.queries * e.keys, scoresFormat)
        let probabilities = NativeBuffer(count: e.queries * e.keys, probabilitiesFormat)
        let qPitch = e.heads * e.depth, vPitch = e.heads * e.valueDepth
        MatrixCase(
          kernel: kernel, rows: e.queries, columns: e.keys, depth: e.depth,
          source: q.address(sample * e.queries * qPitch + head * e.depth), sourcePitch: qPitch * q.format.elementSize,
          zeroPoint: q.format.zero_point, weights: k.address(sample * e.keys * qPitch + head * e.depth),
          depthStride: 1, columnStride: qPitch, scale: scoresScale, destination: scores.start,
          destinationPitch: e.keys * scoresFormat.elementSize, format: scoresFormat
        ).run()
        softmax(scores, probabilities, sample, head, product)
        MatrixCase(
          kernel: kernel, rows: e.queries, columns: e.valueDepth, depth: e.keys, source: probabilities.start,
          sourcePitch: e.keys * probabilitiesFormat.elementSize, zeroPoint: probabilitiesFormat.zero_point,
          weights: v.address(sample * e.keys * vPitch + head * e.valueDepth), depthStride: vPitch, columnStride: 1,
          scale: contextScale, destination: dst.address(sample * e.queries * vPitch + head * e.valueDepth),
          destinationPitch: vPitch * dstFormat.elementSize, format: dstFormat
        ).run()
      }
    }
    return dst
  }

  private func softmax(_ scores: NativeBuffer, _ dst: NativeBuffer, _ sample: Int, _ head: Int, _ product: Int) {
    let scratch = GuardedBuffer<Float>(count: extents.keys)
    if let mask {
      level.rows.masked_softmax(
        scoresFormat, probabilitiesFormat, scores.start, mask.start + sample * extents.keys, dst.start,
        extents.queries, extents.keys, scratch.start)
    } else {
      let start = addend.map { $0.start + sample * addendStrides.sample + head * addendStrides.head }
      level.rows.softmax(
        scoresFormat, probabilitiesFormat, scores.start, start, addendStrides.row, addendStrides.step, dst.start,
        extents.queries, extents.keys, scratch.start)
    }
  }

  /// The result in FP64 from the operands' real values, with no rounding between, and a bound of FP32's errors.
  func exact() -> (values: [Double], bounds: [Double]) {
    let e = extents, (qs, ks, vs) = (q.stored, k.stored, v.stored)
    var (values, bounds): ([Double], [Double]) = ([], [])
    for sample in 0..<e.samples {
      for row in 0..<e.queries {
        for head in 0..<e.heads {
          var (scores, errors): ([Double], [Double]) = ([], [])
          for key in 0..<e.keys {
            let a = ((sample * e.queries + row) * e.heads + head) * e.depth
            let b = ((sample * e.keys + key) * e.heads + head) * e.depth
            let terms = (0..<e.depth).map { Double(qs[a + $0]) * Double(ks[b + $0]) * Double(scoresScale) }
            let place = sample * addendStrides.sample + head * addendStrides.head + row * addendStrides.row
            let added = addend.map { Double($0.elements[place + key * addendStrides.step]) } ?? 0
            let counts = mask.map { $0.elements[sample * e.keys + key] != 0 } ?? true
            scores.append(counts ? terms.reduce(0, +) + added : -Double.infinity)
            errors.append(unit * Double(e.depth + 3) * (terms.reduce(0) { $0 + abs($1) } + abs(added)))
          }
          let greatest = scores.max() ?? 0
          let shares = scores.map { greatest == -.infinity ? 0 : exp($0 - greatest) }
          let sum = shares.reduce(0, +)
          // Relative: the scores' errors and their distance's rounding, the exponential's, the sum's, the products'.
          let reach = scores.filter { $0 > -.infinity }.map { abs($0) }.max() ?? 0
          let relative = 2 * ((errors.max() ?? 0) + 3 * unit * reach + 2e-7) + unit * Double(2 * e.keys + 8)
          for column in 0..<e.valueDepth {
            let terms = (0..<e.keys).map { key in
              let value = Double(vs[((sample * e.keys + key) * e.heads + head) * e.valueDepth + column])
              return sum == 0 ? 0 : shares[key] / sum * value
            }
            values.append(terms.reduce(0, +))
            bounds.append(1.01 * relative * terms.reduce(0) { $0 + abs($1) } + 0x1p-140)
          }
        }
      }
    }
    return (values, bounds)
  }
}
