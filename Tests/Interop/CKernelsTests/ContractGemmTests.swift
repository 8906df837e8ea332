import CKernels
import Testing

@Suite("Matrix kernels of the contracts")
struct ContractGemmTests {
  /// A kernel that this CPU runs and the accumulation that it must equal.
  struct Pair: Sendable, CustomTestStringConvertible {
    let kernel: GemmTests.Kernel
    let accumulation: ckernels_accumulation
    var testDescription: String { kernel.testDescription }

    init?(_ kernel: GemmTests.Kernel) {
      self.kernel = kernel
      switch kernel.types {
      // Without FMA products are rounded before they are added.
      case CKERNELS_GEMM_F32 where kernel.row.pointee.features == 0: return nil
      case CKERNELS_GEMM_F32, CKERNELS_GEMM_F32_CHAIN: accumulation = CKERNELS_ACCUMULATION_FP32_CHAIN
      case CKERNELS_GEMM_F32_BLOCKS: accumulation = CKERNELS_ACCUMULATION_FP32_BLOCKS
      case CKERNELS_GEMM_F16_CHAIN: accumulation = CKERNELS_ACCUMULATION_FP16_CHAIN
      case CKERNELS_GEMM_BF16: accumulation = CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS
      case CKERNELS_GEMM_BF16_TILES: accumulation = CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES
      case CKERNELS_GEMM_U8S7, CKERNELS_GEMM_U8S8_PAIRS: accumulation = CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS
      case CKERNELS_GEMM_U8S8, CKERNELS_GEMM_U8S8_WRAPPING: accumulation = CKERNELS_ACCUMULATION_U8S8_WRAPPING
      case CKERNELS_GEMM_U8S8_SATURATING: accumulation = CKERNELS_ACCUMULATION_U8S8_SATURATING
      default: return nil
      }
    }

    static let all = GemmTests.Kernel.available.compactMap(Pair.init)
  }

  private static let depths = [0, 1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 95, 130]

  @Test("Sums are those of the oracle, bit for bit", arguments: Pair.all, ContractOperands.Kind.allCases)
  func sums(_ pair: Pair, kind: ContractOperands.Kind) {
    for (index, depth) in Self.depths.enumerated() {
      for taps in [1, 3] {
        let rows = index % pair.kernel.mr + 1
        ContractCase(pair, rows: rows, taps: taps, depth: depth, kind: kind).check()
      }
    }
  }

  @Test("Every size of tile", arguments: Pair.all)
  func tiles(_ pair: Pair) {
    for rows in 1...pair.kernel.mr {
      for vectors in 1...(pair.kernel.nr / pair.kernel.lanes) {
        ContractCase(pair, rows: rows, vectors: vectors, taps: 1, depth: 37, kind: .mixed).check()
      }
    }
  }

  @Test("Sums continue where they stopped", arguments: Pair.all, ContractOperands.Kind.allCases)
  func continued(_ pair: Pair, kind: ContractOperands.Kind) {
    ContractCase(pair, rows: 2, taps: 4, depth: 35, kind: kind, tapsAtOnce: 1).check()
    ContractCase(pair, rows: pair.kernel.mr, taps: 4, depth: 64, kind: kind, tapsAtOnce: 3).check()
  }

  @Test("A kernel for the control word of the thread leaves it as it was", arguments: Pair.all)
  func environment(_ pair: Pair) {
    // With subnormals flushed this is 0.
    let least = Float.leastNonzeroMagnitude
    ContractCase(pair, rows: 1, taps: 1, depth: 8, kind: .uniform).check()
    #expect(least * Float(pair.kernel.mr) > 0)
  }
}
