import CKernels
import Testing

/// One tile of a contract's kernel, and the same sums by the contract's oracle.
struct ContractCase {
  private let pair: ContractGemmTests.Pair
  private let rows: Int, vectors: Int, taps: Int, depth: Int, tapsAtOnce: Int
  private let kind: ContractOperands.Kind
  /// Codes of the contract: rows x taps x depth, and columns x taps x depth.
  private let left: [UInt32], right: [UInt32]
  private let starts: [UInt32]

  private var kernel: ckernels_gemm_kernel { pair.kernel.row.pointee }
  private var width: Int { vectors * Int(kernel.lanes) }
  /// One column less than the tile's, so that packing fills one.
  private var columns: Int { width - 1 }

  init(
    _ pair: ContractGemmTests.Pair, rows: Int, vectors: Int? = nil, taps: Int, depth: Int, kind: ContractOperands.Kind,
    tapsAtOnce: Int? = nil
  ) {
    (self.pair, self.rows, self.taps, self.depth, self.kind) = (pair, rows, taps, depth, kind)
    self.vectors = vectors ?? pair.kernel.nr / pair.kernel.lanes
    self.tapsAtOnce = tapsAtOnce ?? taps
    var operands = ContractOperands(pair.accumulation, kind, seed: depth * 31 + rows)
    let width = self.vectors * pair.kernel.lanes
    left = operands.codes(rows * taps * depth, isRight: false)
    right = operands.codes(width * taps * depth, isRight: true)
    starts = pair.kernel.isInteger ? (0..<width).map { _ in operands.start() } : []
  }

  /// A code as the kernel holds it: FP16 as FP32.
  private func held(_ code: UInt32) -> UInt32 {
    guard pair.kernel.types == CKERNELS_GEMM_F16_CHAIN else { return code }
    let (sign, magnitude) = ((code >> 15) << 31, code & 0x7fff)
    if magnitude >= 0x7c00 { return sign | 0x7f80_0000 | (magnitude & 0x3ff) << 13 }
    return sign | Float(Float16(bitPattern: UInt16(magnitude))).bitPattern
  }

  /// Elements in their own size, little-endian.
  private static func bytes(_ codes: [UInt32], size: Int) -> [UInt8] {
    codes.flatMap { code in (0..<size).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) } }
  }

  /// Rows x width sums of the kernel.
  private func computed() -> [UInt32] {
    let size = 4 / pair.kernel.kr
    let source = GuardedBuffer(Self.bytes(left.map(held), size: size))
    let weights = GuardedBuffer(Self.bytes(right.map(held), size: size))
    let bytes = ckernels_gemm_packed_bytes(pair.kernel.row, taps, depth, columns)
    let packed = GuardedBuffer<UInt8>(count: bytes)
    ckernels_gemm_pack(
      pair.kernel.row, weights.start, depth, 1, taps * depth, taps, depth, columns, 0,
      (columns + pair.kernel.nr - 1) / pair.kernel.nr, packed.start)
    let start = GuardedBuffer(starts)
    let sums = GuardedBuffer<UInt32>(count: rows * width)
    let addresses = (0..<taps * rows).map { index -> UnsafeRawPointer? in
      UnsafeRawPointer(source.start + (index % rows * taps + index / rows) * depth * size)
    }
    addresses.withUnsafeBufferPointer { addresses in
      for tap in stride(from: 0, to: taps, by: tapsAtOnce) {
        var tile = ckernels_gemm_tile()
        tile.rows = addresses.baseAddress! + tap * rows
        (tile.tap_stride, tile.taps, tile.depth) = (rows, min(tapsAtOnce, taps - tap), depth)
        tile.weights = UnsafeRawPointer(packed.start + bytes / taps * tap)
        tile.sums = UnsafeMutableRawPointer(sums.start)
        if pair.kernel.isInteger {
          tile.start = UnsafeRawPointer(start.start).assumingMemoryBound(to: Int32.self)
        }
        tile.continues = tap > 0 ? 1 : 0
        kernel.tile(&tile, Int32(rows), Int32(vectors))
      }
    }
    #expect(sums.isIntact && packed.isIntact && source.isIntact)
    return sums.values
  }

  /// The sum of a row and a column by the contract's oracle, as the kernel holds it.
  private func wanted(_ left: [UInt8], _ right: [UInt8], row: Int, column: Int) -> UInt32 {
    var sum = pair.kernel.isInteger ? starts[column] : 0
    for tap in 0..<taps {
      left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
          let size = ckernels_accumulation_operand_bytes(pair.accumulation)
          guard depth > 0, let left = left.baseAddress, let right = right.baseAddress else { return }
          sum = ckernels_accumulation_dot(
            pair.accumulation, sum, left + (row * taps + tap) * depth * size,
            right + (column * taps + tap) * depth * size, depth)
        }
      }
    }
    return held(sum)
  }

  /// Compares every sum.
  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let got = computed()
    let size = ckernels_accumulation_operand_bytes(pair.accumulation)
    let (left, right) = (Self.bytes(left, size: size), Self.bytes(right, size: size))
    for row in 0..<rows {
      for column in 0..<columns {
        let (got, want) = (got[row * width + column], wanted(left, right, row: row, column: column))
        guard got != want else { continue }
        func hex(_ bits: UInt32) -> String { String(bits, radix: 16) }
        Issue.record(
          "\(kind), depth \(depth), \(taps) taps: row \(row), column \(column) is \(hex(got)), not \(hex(want))",
          sourceLocation: sourceLocation)
        return
      }
    }
  }
}
