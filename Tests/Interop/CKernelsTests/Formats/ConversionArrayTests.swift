import CKernels
import Testing

/// Conversions of arrays touch their elements and nothing else, wherever arrays begin and however long they are.
@Suite struct ConversionArrayTests {
  static let numbers: [ckernels_number] = [
    ckernels_number(
      bits: 19, exponent_bits: 8, bias: 127, specials: CKERNELS_SPECIALS_IEEE, least: 0, greatest: 0, fraction_bits: 0),
    ckernels_number(
      bits: 16, exponent_bits: 8, bias: 127, specials: CKERNELS_SPECIALS_IEEE, least: 0, greatest: 0, fraction_bits: 0),
    ckernels_number(
      bits: 16, exponent_bits: 5, bias: 15, specials: CKERNELS_SPECIALS_IEEE, least: 0, greatest: 0, fraction_bits: 0),
    ckernels_number(
      bits: 8, exponent_bits: 4, bias: 7, specials: CKERNELS_SPECIALS_ONE_NAN, least: 0, greatest: 0, fraction_bits: 0),
    ckernels_number(
      bits: 8, exponent_bits: 5, bias: 15, specials: CKERNELS_SPECIALS_IEEE, least: 0, greatest: 0, fraction_bits: 0),
    ckernels_number(
      bits: 8, exponent_bits: 0, bias: 0, specials: CKERNELS_SPECIALS_NONE, least: 0, greatest: 255, fraction_bits: 0),
    ckernels_number(
      bits: 8, exponent_bits: 0, bias: 0, specials: CKERNELS_SPECIALS_NONE, least: -127, greatest: 127, fraction_bits: 0
    ),
  ]

  static func conversions(scale: Float) -> [ckernels_conversion] {
    numbers.flatMap { number in
      [CKERNELS_ROUNDING_NEAREST_EVEN, CKERNELS_ROUNDING_STOCHASTIC].map { rounding in
        ckernels_conversion(
          element: number, rounding: rounding, flushes_subnormals: 0, saturates: 1, seed: 3, scale: scale,
          zero_point: number.greatest == 255 ? 100 : 0)
      }
    }
  }

  /// Also one length beyond which stores may bypass the caches.
  @Test(arguments: Level.available)
  func everyLength(level: Level) {
    for count in lengths + [40_000] {
      for var conversion in Self.conversions(scale: count % 2 == 0 ? 1 : 0.125) {
        var samples = SampleValues(seed: count)
        let values = samples.floats(count, range: 30)
        let bytes = ckernels_number_bytes(&conversion.element)
        let first = UInt64(count) << 20
        let (src, codes) = (GuardedBuffer(values), GuardedBuffer<UInt8>(count: count * bytes))
        let (decoded, real) = (GuardedBuffer<Float>(count: count), GuardedBuffer(values))
        ckernels_encode(level.isa, &conversion, src.start, codes.start, count, first)
        ckernels_decode(level.isa, &conversion, codes.start, decoded.start, count)
        ckernels_quantise(level.isa, &conversion, real.start, real.start, count, first)
        let wanted = values.enumerated().map { ckernels_encode_one(&conversion, $1, first + UInt64($0)) }
        let got = (0..<count).map { index in
          (0..<bytes).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(codes.elements[index * bytes + $1]) }
        }
        let stored = wanted.map { ckernels_decode_one(&conversion, $0) }
        #expect(got == wanted && codes.isIntact && src.values == values, "\(count) of \(conversion)")
        #expect(decoded.values == stored.map { $0 * conversion.scale } && decoded.isIntact, "\(count) of \(conversion)")
        #expect(real.values == stored && real.isIntact, "\(count) of \(conversion)")
      }
    }
  }

  @Test(arguments: Level.available)
  func linesInBlocks(level: Level) {
    for (lines, depth) in [(1, 1), (3, 31), (5, 32), (17, 33), (16, 70), (33, 64)] {
      for size in [1, 16, 32, 1000] {
        var samples = SampleValues(seed: lines + depth)
        let values = samples.floats(lines * depth)
        var conversion = Self.conversions(scale: 1)[6]
        let rows = GuardedBuffer(values)
        let columns = GuardedBuffer((0..<(lines * depth)).map { values[$0 % lines * depth + $0 / lines] })
        ckernels_quantise_blocks(
          level.isa, &conversion, CKERNELS_BLOCK_E8M0, size, rows.start, rows.start, lines, depth, depth, 1, 0)
        ckernels_quantise_blocks(
          level.isa, &conversion, CKERNELS_BLOCK_E8M0, size, columns.start, columns.start, lines, 1, depth, lines, 0)
        let back = (0..<(lines * depth)).map { columns.elements[$0 % depth * lines + $0 / depth] }
        #expect(rows.values == back && rows.isIntact && columns.isIntact, "\(lines) lines of \(depth) by \(size)")
        // E4M3 errs by 1/16 at most, and by 1/8 where a block's greatest element saturates.
        let exact = zip(rows.values, values).allSatisfy { abs($0 - $1) <= abs($1) / 8 || abs($1) < 0.1 }
        #expect(exact && rows.values != values)
      }
    }
  }
}
