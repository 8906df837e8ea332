import CKernels
import Testing

@Suite("Contract cases")
struct ContractCasesTests {
  /// Some cases of an accumulation: accumulators, a, b.
  private static func cases(
    _ accumulation: ckernels_accumulation, seed: UInt64 = 1, first: UInt64 = 0, count: Int = 20_000
  ) -> (accumulators: [UInt32], a: [UInt8], b: [UInt8]) {
    let bytes = ckernels_accumulation_operand_bytes(accumulation) * ckernels_accumulation_group(accumulation) * count
    var accumulators = [UInt32](repeating: 0, count: count)
    var (a, b) = ([UInt8](repeating: 0, count: bytes), [UInt8](repeating: 0, count: bytes))
    ckernels_accumulation_cases(accumulation, seed, first, &accumulators, &a, &b, count)
    return (accumulators, a, b)
  }

  @Test("a case depends on its number and the seed alone", arguments: 0..<UInt32(CKERNELS_ACCUMULATION_COUNT))
  func numbers(raw: UInt32) {
    let accumulation = ckernels_accumulation(rawValue: raw)
    let all = Self.cases(accumulation, count: 300)
    let late = Self.cases(accumulation, first: 200, count: 100)
    #expect(Array(all.accumulators[200...]) == late.accumulators)
    #expect(Array(all.a[(all.a.count * 2 / 3)...]) == late.a)
    #expect(Array(all.b[(all.b.count * 2 / 3)...]) == late.b)
    #expect(Self.cases(accumulation, seed: 2, count: 300).accumulators != all.accumulators)
  }

  @Test(
    "results are of every kind",
    arguments: [
      CKERNELS_ACCUMULATION_FP32_CHAIN, CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS,
      CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, CKERNELS_ACCUMULATION_FP32_BLOCKS, CKERNELS_ACCUMULATION_FP16_CHAIN,
    ])
  func kinds(accumulation: ckernels_accumulation) {
    let (accumulators, a, b) = Self.cases(accumulation)
    var results = accumulators
    ckernels_accumulation_steps(accumulation, &results, a, b, results.count)
    let isFP16 = accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN
    let (sign, infinity, quiet): (UInt32, UInt32, UInt32) =
      isFP16 ? (0x8000, 0x7C00, 0x7E00) : (0x8000_0000, 0x7F80_0000, 0x7FC0_0000)
    let leastNormal: UInt32 = isFP16 ? 0x0400 : 0x0080_0000
    func share(_ condition: (UInt32) -> Bool) -> Double {
      Double(results.count(where: condition)) / Double(results.count)
    }
    #expect(share { $0 == 0 } > 0.001)
    // A block's sum starts from +0 and is hardly ever -0.
    #expect(accumulation == CKERNELS_ACCUMULATION_FP32_BLOCKS || share { $0 == sign } > 0.0005)
    #expect(share { $0 & ~sign == infinity } > 0.002)
    // The indefinite NaN, and NaNs with payloads.
    #expect(share { $0 == quiet | sign } > 0.002)
    #expect(share { $0 & ~sign > quiet } > 0.01)
    #expect(share { $0 & ~sign == leastNormal } > 0.0005)
    let flushes =
      accumulation == CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS
      || accumulation == CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES
    #expect(
      flushes
        ? share { $0 & ~sign != 0 && $0 & ~sign < leastNormal } == 0
        : share { $0 & ~sign != 0 && $0 & ~sign < leastNormal } > 0.01)
    // Most are numbers, or little but specials would be tried.
    #expect(share { $0 & ~sign < infinity } > 0.5)
  }

  @Test("pairs saturate at both ends of 16 bits, sums wrap at both ends of 32")
  func integers() {
    let (accumulators, a, b) = Self.cases(CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS)
    var (saturated, wrapped, inRange) = ([0, 0], [0, 0], 0)
    for index in accumulators.indices {
      for pair in 0..<2 {
        let at = 4 * index + 2 * pair
        let sum = (0..<2).reduce(0) { $0 + Int(a[at + $1]) * Int(Int8(bitPattern: b[at + $1])) }
        saturated[0] += sum < -32768 ? 1 : 0
        saturated[1] += sum > 32767 ? 1 : 0
        inRange += (-32768...32767).contains(sum) && (sum < -32700 || sum > 32700) ? 1 : 0
      }
      let step = ckernels_accumulation_step(
        CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS, 0, Array(a[(4 * index)..<(4 * index + 4)]),
        Array(b[(4 * index)..<(4 * index + 4)]))
      let exact = Int(Int32(bitPattern: accumulators[index])) + Int(Int32(bitPattern: step))
      wrapped[0] += exact < Int(Int32.min) ? 1 : 0
      wrapped[1] += exact > Int(Int32.max) ? 1 : 0
    }
    #expect(saturated.allSatisfy { $0 > 500 }, "\(saturated)")
    #expect(wrapped.allSatisfy { $0 > 500 }, "\(wrapped)")
    #expect(inRange > 500)
  }

  @Test("every pair of u8 and s8 comes once")
  func everyPair() {
    // 2^16 steps from any multiple of them hold every first pair's lower half: all of (a0, a1) with one (b0, b1) and the next.
    let count = 1 << 15
    var accumulators = [UInt32](repeating: 0, count: count)
    var (a, b) = ([UInt8](repeating: 0, count: 4 * count), [UInt8](repeating: 0, count: 4 * count))
    var seen = Set<UInt32>()
    for block in [0, 1, 40_000, 65_535] {
      ckernels_every_pair(1, UInt64(block * count), &accumulators, &a, &b, count)
      for pair in 0..<(2 * count) {
        let code =
          UInt32(a[2 * pair]) | UInt32(a[2 * pair + 1]) << 8 | UInt32(b[2 * pair]) << 16 | UInt32(b[2 * pair + 1]) << 24
        #expect(code == UInt32(block * 2 * count + pair))
        seen.insert(code)
      }
    }
    #expect(seen.count == 4 * 2 * count)
  }

  @Test(
    "distances are in units in the last place",
    arguments: [
      (CKERNELS_CODES_FP32, 0x3F80_0000, 0x3F80_0000, 0), (CKERNELS_CODES_FP32, 0x3F80_0000, 0x3F80_0001, 1),
      (CKERNELS_CODES_FP32, 0x0000_0000, 0x8000_0000, 1), (CKERNELS_CODES_FP32, 0x0000_0001, 0x8000_0000, 2),
      (CKERNELS_CODES_FP32, 0x3F80_0000, 0x3F80_0004, 3), (CKERNELS_CODES_FP32, 0x3F80_0000, 0x3F80_0005, 4),
      (CKERNELS_CODES_FP32, 0x7F7F_FFFF, 0x7F80_0000, 1), (CKERNELS_CODES_FP32, 0x7FC0_0000, 0x7FC0_0001, 8),
      (CKERNELS_CODES_FP32, 0x7FC0_0000, 0, 8), (CKERNELS_CODES_FP32, 0xFF80_0000, 0x7F80_0000, 7),
      (CKERNELS_CODES_S32, 0x7FFF_FFFF, 0x8000_0000, 7), (CKERNELS_CODES_S32, 0xFFFF_FFFF, 1, 2),
      (CKERNELS_CODES_FP16, 0x7BFF, 0x7C00, 1), (CKERNELS_CODES_FP16, 0x7C01, 0x7C00, 8),
    ] as [(ckernels_code_kind, UInt32, UInt32, Int)])
  func distances(kind: ckernels_code_kind, want: UInt32, got: UInt32, bucket: Int) {
    var comparison = ckernels_comparison()
    let equal = [UInt32](repeating: 5, count: 100)
    let first = ckernels_compare_words(kind, equal + [want], equal + [got], 101, &comparison)
    #expect(first == (want == got ? -1 : 100))
    #expect(comparison.compared == 101)
    #expect(comparison.mismatches == (want == got ? 0 : 1))
    withUnsafeBytes(of: comparison.distances) { distances in
      for (index, count) in distances.bindMemory(to: Int64.self).enumerated() {
        #expect(count == (index == 0 ? 100 : 0) + (index == bucket ? 1 : 0))
      }
    }
  }
}
