import CKernels
import Testing

@Suite("Fused attention")
struct AttentionTests {
  /// A matrix kernel that this CPU runs, with a level for the rest.
  struct Pair: CustomTestStringConvertible, Sendable {
    let level: Level
    let index: Int
    var kernel: ckernels_gemm_kernel {
      var table: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
      ckernels_gemm_kernels(&table)
      return table![index]!.pointee
    }
    var testDescription: String { "\(String(cString: kernel.name)) with \(level.testDescription)" }

    /// Every kernel that runs here with every level: lanes of the one need not be those of the other.
    static let all: [Pair] = {
      var table: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
      let count = Int(ckernels_gemm_kernels(&table))
      return (0..<count).flatMap { index in Level.available.map { Pair(level: $0, index: index) } }
        // Scores and probabilities are not representable in FP16: nothing runs attention on its kernels.
        .filter { $0.kernel.features & ~ckernels_cpu_features() == 0 && $0.kernel.types != CKERNELS_GEMM_F16_CHAIN }
    }()
  }

  static let extents: [AttentionCase.Extents] = [
    .init(samples: 2, heads: 3, queries: 7, keys: 5, depth: 8, valueDepth: 8),
    .init(queries: 1, keys: 1, depth: 1, valueDepth: 1),
    .init(samples: 2, heads: 2, queries: 3, keys: 2, depth: 3, valueDepth: 5),
    .init(heads: 2, queries: 13, keys: 16, depth: 17, valueDepth: 15),
    .init(heads: 1, queries: 49, keys: 17, depth: 6, valueDepth: 33),
    .init(samples: 1, heads: 2, queries: 6, keys: 63, depth: 31, valueDepth: 64),
    .init(heads: 1, queries: 5, keys: 64, depth: 64, valueDepth: 65),
    .init(heads: 2, queries: 97, keys: 65, depth: 7, valueDepth: 4),
    .init(heads: 1, queries: 4, keys: 131, depth: 66, valueDepth: 2),
    .init(samples: 0, heads: 2, queries: 3, keys: 3, depth: 4, valueDepth: 4),
    .init(heads: 0, queries: 3, keys: 3, depth: 4, valueDepth: 4),
    .init(heads: 2, queries: 0, keys: 3, depth: 4, valueDepth: 4),
    .init(heads: 2, queries: 3, keys: 0, depth: 4, valueDepth: 4),
    .init(heads: 2, queries: 3, keys: 5, depth: 0, valueDepth: 4),
    .init(heads: 2, queries: 3, keys: 5, depth: 4, valueDepth: 0),
  ]

  @Test("sizes that overflow are refused", arguments: Pair.all)
  func overflow(pair: Pair) {
    func attention(_ edit: (inout ckernels_attention) -> Void) -> (scratch: Int, parts: Int) {
      withUnsafePointer(to: pair.kernel) { kernel in
        var attention = ckernels_attention()
        (attention.scores_kernel, attention.context_kernel) = (kernel, kernel)
        (attention.samples, attention.heads, attention.queries, attention.keys) = (1, 1, 1, 1)
        (attention.depth, attention.value_depth) = (1, 1)
        edit(&attention)
        return (ckernels_attention_scratch_bytes(&attention), ckernels_attention_parts(&attention))
      }
    }
    #expect(attention { _ in }.scratch > 0 && attention { _ in }.parts == 1)
    for keys in [Int.max, .max - 16, .max / 4, .max / 16, 1 << 58] {
      #expect(attention { $0.keys = keys }.scratch == -1, "\(keys) keys")
      #expect(attention { $0.value_depth = keys }.scratch == -1, "\(keys) columns")
    }
    #expect(attention { $0.depth = .max }.scratch == -1)
    #expect(attention { ($0.samples, $0.heads) = (1 << 32, 1 << 32) }.parts == -1)
    #expect(attention { ($0.heads, $0.queries) = (1 << 20, .max) }.parts == -1)
  }

  @Test("the same bits as product, softmax and product", arguments: Pair.all)
  func fusedIsSeparate(pair: Pair) {
    for (index, extents) in Self.extents.enumerated() {
      for (place, softmax) in AttentionCase.Softmax.allCases.enumerated() {
        let dst = ckernels_format.all[(index + place) % 4]
        let item = AttentionCase(pair.level, pair.kernel, extents, softmax, to: dst)
        let (got, want) = (item.fused(), item.separate())
        expectSame(got.stored, want.stored, "\(extents), \(softmax) to \(dst.kind.rawValue)")
        #expect(got.isIntact)
      }
    }
  }

  @Test("FP32 is near the definition in FP64", arguments: Pair.all.filter { $0.kernel.types == CKERNELS_GEMM_F32 })
  func nearExact(pair: Pair) {
    for extents in Self.extents {
      for softmax in AttentionCase.Softmax.allCases {
        let item = AttentionCase(pair.level, pair.kernel, extents, softmax, to: .fp32)
        // Without keys a plain softmax has nothing to divide by, and there is nothing to add.
        let (values, bounds) = item.exact()
        expectClose(item.fused().stored, values.map { Float($0) }, "\(extents), \(softmax)") {
          bounds[$0] + unit * abs(values[$0])
        }
      }
    }
  }

  @Test("a NaN in q stays in its row", arguments: Pair.all.filter { $0.kernel.types == CKERNELS_GEMM_F32 })
  func nan(pair: Pair) {
    let extents = AttentionCase.Extents(queries: 9, keys: 20, depth: 5, valueDepth: 6)
    let item = AttentionCase(pair.level, pair.kernel, extents, .masked, to: .fp32)
    item.q.address(4 * 5 + 2).storeBytes(of: .nan, as: Float.self)
    let rows = item.fused().stored
    for row in 0..<9 { #expect(rows[row * 6..<row * 6 + 6].allSatisfy { $0.isNaN == (row == 4) }) }
  }

  @Test("scratch that does not fit the address space is refused")
  func overflow() throws {
    let pair = try #require(Pair.all.first)
    withUnsafePointer(to: pair.kernel) { kernel in
      var attention = ckernels_attention()
      (attention.scores_kernel, attention.context_kernel) = (kernel, kernel)
      (attention.queries, attention.depth, attention.value_depth) = (1, 64, 64)
      for keys in [Int.max, .max / 4, .max / 64] {
        attention.keys = keys
        #expect(ckernels_attention_scratch_bytes(&attention) == -1)
      }
      attention.keys = 384
      #expect(ckernels_attention_scratch_bytes(&attention) > 0)
    }
  }
}
