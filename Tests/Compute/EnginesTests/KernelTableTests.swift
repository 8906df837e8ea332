import CKernels
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct KernelTableTests {
  typealias CPU = CPUFeaturesTests

  private static func name(_ types: Kernel.Types, _ features: CPUFeatures) -> String? {
    try? KernelTable.current.select(.matrixProduct, types, on: features).get().name
  }

  #if arch(x86_64)
    @Test(
      arguments: [
        // (CPU, FP32, BF16, u8 x s8, u8 x s8 of 7 bits)
        (
          "nothing", [], "gemm:f32:generic:4x8", "gemm:bf16:generic:4x8", "gemm:u8s8:generic:4x8",
          "gemm:u8s8:generic:4x8"
        ),
        (
          "Haswell", CPU.haswell, "gemm:f32:avx2:6x16", "gemm:bf16:avx2:4x16", "gemm:u8s8:generic:4x8",
          "gemm:u8s7:avx2:4x16"
        ),
        (
          "Alder Lake", CPU.alderLake, "gemm:f32:avx2:6x16", "gemm:bf16:avx2:4x16", "gemm:u8s8:avx2_vnni:6x16",
          "gemm:u8s8:avx2_vnni:6x16"
        ),
        (
          "Skylake-X", CPU.skylakeX, "gemm:f32:avx512_core:6x64", "gemm:bf16:avx512_core:4x64", "gemm:u8s8:generic:4x8",
          "gemm:u8s7:avx512_core:6x64"
        ),
        (
          "Ice Lake", CPU.iceLake, "gemm:f32:avx512_core:6x64", "gemm:bf16:avx512_core:4x64",
          "gemm:u8s8:avx512_core_vnni:6x64", "gemm:u8s8:avx512_core_vnni:6x64"
        ),
        (
          "Zen 4", CPU.zen4, "gemm:f32:avx512_core:6x64", "gemm:bf16:avx512_core_bf16:6x64",
          "gemm:u8s8:avx512_core_vnni:6x64", "gemm:u8s8:avx512_core_vnni:6x64"
        ),
        (
          "Sapphire Rapids", CPU.sapphireRapids, "gemm:f32:avx512_core:6x64", "gemm:bf16:avx512_core_bf16:6x64",
          "gemm:u8s8:avx512_core_vnni:6x64", "gemm:u8s8:avx512_core_vnni:6x64"
        ),
        (
          "Sapphire Rapids as avx2_vnni", CPU.sapphireRapids.capped(at: .avx2VNNI), "gemm:f32:avx2:6x16",
          "gemm:bf16:avx2:4x16", "gemm:u8s8:avx2_vnni:6x16", "gemm:u8s8:avx2_vnni:6x16"
        ),
      ] as [(String, CPUFeatures, String, String, String, String)])
    func matrixKernelsOfEveryCPU(
      cpu: String, features: CPUFeatures, f32: String, bf16: String, u8s8: String, u8s7: String
    ) {
      #expect(Self.name(.f32, features) == f32, "\(cpu)")
      #expect(Self.name(.bf16, features) == bf16, "\(cpu)")
      #expect(Self.name(.u8s8, features) == u8s8, "\(cpu)")
      #expect(Self.name(.u8s7, features) == u8s7, "\(cpu)")
    }

    /// Of each accumulation that has kernels, on CPUs of every level.
    @Test(
      arguments: [
        (Accumulation.fp32Chain, ["f32_chain:generic:4x8", "f32:avx2:6x16", "f32:avx512_core:6x64"]),
        (.fp32OddEvenPairs, ["bf16:generic:4x8", "bf16:avx2:4x16", "bf16:avx512_core_bf16:6x64"]),
        (.fp32OddEvenTiles, ["bf16_tiles:generic:4x8", "bf16_tiles:avx2:2x16", "bf16_tiles:avx512_core:6x32"]),
        (.fp32Blocks, ["f32_blocks:generic:4x8", "f32_blocks:avx2:6x16", "f32_blocks:avx512_core:6x64"]),
        (.fp16Chain, ["f16_chain:generic:4x8", "f16_chain:avx2:4x16", "f16_chain:avx512_core:6x32"]),
        (.s16SaturatingPairs, ["u8s8_pairs:generic:4x8", "u8s8_pairs:avx2:4x16", "u8s8_pairs:avx512_core:6x64"]),
        (.s32Wrapping, ["u8s8:generic:4x8", "u8s8_wrap:avx2:4x16", "u8s8:avx512_core_vnni:6x64"]),
        (.s32Saturating, ["u8s8_sat:generic:4x8", "u8s8_sat:avx2:4x16", "u8s8_sat:avx512_core_vnni:6x64"]),
      ])
    func kernelsOfContracts(accumulation: Accumulation, names: [String]) {
      for (features, name) in zip([[], CPU.haswell, CPU.zen4], names) {
        let target = Target(features: features, isEmulator: true)
        #expect(GemmKernel.select(accumulation, for: target)?.name == "gemm:\(name)")
      }
    }

    @Test(arguments: [Accumulation.fp64Chain])
    func noKernelAddsSo(accumulation: Accumulation) {
      let target = Target(features: CPU.zen4, isEmulator: true)
      #expect(GemmKernel.select(accumulation, for: target) == nil)
    }

    @Test(
      arguments: [
        ([], 127), (CPU.haswell, 64), (CPU.alderLake, 127), (CPU.skylakeX, 64), (CPU.iceLake, 127), (CPU.zen4, 127),
        (CPU.zen4.capped(at: .avx512Core), 64), (CPU.zen4.capped(at: .generic), 127),
      ] as [(CPUFeatures, Int)])
    func weightsKeepToSevenBitsWherePairsAreAddedInSixteen(features: CPUFeatures, limit: Int) {
      #expect(KernelTable.current.integerWeightLimit(on: features) == limit)
    }

    @Test(
      arguments: [
        (CPU.zen4, "layer-norm:avx512_core"), (CPU.haswell, "layer-norm:avx2"), ([], "layer-norm:generic"),
      ] as [(CPUFeatures, String)])
    func rowwiseKernelsOfEveryCPU(features: CPUFeatures, name: String) throws {
      #expect(try KernelTable.current.select(.layerNorm, .any, on: features).get().name == name)
      #expect(try KernelTable.current.select(.layerNorm, .f32, on: features).get().name == name)
    }

    @Test func standingsNameWhatIsMissing() throws {
      func standing(_ name: String, _ cap: ISALevel? = nil) throws -> KernelTable.Standing {
        let all = KernelTable.current.standings(on: CPU.skylakeX, cappedAt: cap)
        return try #require(all.first { $0.kernel.name == name }).standing
      }
      #expect(try standing("gemm:f32:avx512_core:6x64") == .chosen)
      #expect(try standing("gemm:f32:avx2:6x16") == .runs)
      #expect(try standing("gemm:u8s8:avx512_core_vnni:6x64") == .lacks(["avx512_vnni"]))
      // What the CPU lacks is said before what the cap takes.
      #expect(try standing("gemm:u8s8:avx512_core_vnni:6x64", .avx2) == .lacks(["avx512_vnni"]))
      #expect(
        try standing("gemm:f32:avx512_core:6x64", .avx2)
          == .capped(["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]))
      #expect(try standing("gemm:f32:avx2:6x16", .avx2) == .chosen)
      // One kernel for INT8: the first that multiplies 7-bit weights.
      #expect(try standing("gemm:u8s7:avx512_core:6x64") == .chosen)
      #expect(try standing("gemm:u8s8:generic:4x8") == .runs)
      // The emulator's: one for each contract, beside the native ones.
      #expect(try standing("gemm:u8s8_sat:avx512_core:4x64") == .chosen)
      #expect(try standing("gemm:u8s8_sat:avx2:4x16") == .runs)
      #expect(try standing("gemm:u8s8_sat:avx512_core_vnni:6x64") == .lacks(["avx512_vnni"]))
      #expect(try standing("gemm:u8s8_wrap:avx512_core:4x64") == .chosen)
      #expect(try standing("gemm:f32_chain:generic:4x8") == .runs)
    }
  #endif

  @Test func rowsAreWhatTheirNamesSay() {
    let rows = KernelTable.current.rows
    #expect(Set(rows.map(\.name)).count == rows.count)
    for row in rows {
      let words = row.name.split(separator: ":").map(String.init)
      #expect(words.first == row.operation.rawValue)
      guard let tile = row.tile else {
        #expect(words.last == row.level.rawValue, "\(row.name)")
        #expect(row.level.features == row.features, "\(row.name)")
        continue
      }
      #expect(words[1] == row.types.rawValue)
      #expect(words[2] == row.level.rawValue, "\(row.name)")
      #expect(words[3] == "\(tile.rows)x\(tile.columns)")
      #expect(tile.columns % tile.lanes == 0)
    }
  }

  // MARK: Use

  private static let native = ModelRun.native.implementations.filter { $0.name.hasPrefix("native:") }

  /// A row that nobody runs is none, and what implementations run has a row.
  @Test func rowsAndImplementationsAgree() {
    let used = Self.native.reduce(into: Set<Kernel.Operation>()) { $0.formUnion($1.operations) }
    #expect(used == Set(KernelTable.current.rows.map(\.operation)))
    #expect(Set(Kernel.Operation.allCases) == used)
    #expect(Self.native.allSatisfy { !$0.operations.isEmpty })
    // Nobody else's kernels are in the table.
    for engine in EngineRegistry.all {
      for other in engine.implementations where !other.name.hasPrefix("native:") {
        #expect(other.operations.isEmpty, "\(other.name)")
      }
    }
  }

  /// The functions of `ckernels_row_table` are those that the table has rows for.
  @Test func rowwiseFunctionsHaveRows() {
    let functions: [Kernel.Operation: Set<String>] = [
      .reorder: ["reorder"], .maxPool: ["max_pool"], .globalAverage: ["global_average"], .depthwise: ["depthwise"],
      .layerNorm: ["layer_norm"], .softmax: ["masked_softmax", "softmax"], .embedding: ["embedding"],
      .meanPool: ["mean_pool"], .l2Normalize: ["l2_normalize"],
    ]
    let table = Mirror(reflecting: ckernels_rows(CKERNELS_ISA_GENERIC).pointee)
    let held = Set(table.children.compactMap(\.label)).subtracting(["isa"])
    #expect(held == functions.values.reduce(into: []) { $0.formUnion($1) })
    // Attention, Winograd and the matrix kernels are tables and functions of their own.
    let others: Set<Kernel.Operation> = [.matrixProduct, .winograd, .attention]
    #expect(Set(functions.keys).union(others) == Set(KernelTable.current.rows.map(\.operation)))
  }

  /// What steps say that they run is a row of an operation that their implementation declares; together they run all.
  @Test func stepsRunRowsOfTheTable() throws {
    var seen: Set<Kernel.Operation> = []
    for graph in [try TestGraphs.residual(), try TestGraphs.attention(), try Self.depthwise()] {
      for precision in Precision.measurable {
        for level in ISALevel.allCases {
          let assignments = try NodeAssignment.explain(
            graph, engine: ModelRun.native, precision: precision, target: Target(features: level.features))
          for assignment in assignments {
            guard let step = assignment.step else { continue }
            let row = KernelTable.current.rows.first { $0.name == step.kernel }
            let operation = try #require(row?.operation, "\(step.kernel) of \(assignment.node)")
            let implementation = try #require(Self.native.first { $0.name == assignment.implementation })
            #expect(implementation.operations.contains(operation), "\(step.kernel) of \(implementation.name)")
            seen.formUnion(implementation.operations)
          }
        }
      }
    }
    #expect(seen == Set(Kernel.Operation.allCases))
  }

  private static func depthwise() throws -> ModelGraph {
    var builder = GraphBuilder(name: "depthwise")
    let image = builder.input("image", shape: [1, 64, 28, 28])
    let channels = try builder.node(
      "channels", .convolution(Convolution(window: Window(stride: 1, padding: 1), groups: 64, activation: .none)),
      inputs: [image], parameters: [("weight", .weights, [64, 1, 3, 3]), ("bias", .bias, [64])])
    let wide = try builder.node(
      "wide", .convolution(Convolution(stride: 1, padding: 1, activation: .relu)), inputs: [channels],
      parameters: [("weight", .weights, [64, 64, 3, 3]), ("bias", .bias, [64])])
    return builder.build(outputs: [wide])
  }

  /// Every operation and type can be computed on any CPU.
  @Test func plainCRunsEverywhere() throws {
    for operation in Kernel.Operation.allCases {
      for types in Kernel.Types.allCases where Self.exists(operation, types) {
        let kernel = try KernelTable.current.select(operation, types, on: []).get()
        #expect(kernel.features == [], "\(kernel.name)")
      }
    }
  }

  private static func exists(_ operation: Kernel.Operation, _ types: Kernel.Types) -> Bool {
    switch operation {
    // The wrapping sums of plain C are those of u8s8.
    case .matrixProduct: types != .any
    case .winograd: types == .f32
    default: true
    }
  }

  @Test func absurdShapesAreRefused() throws {
    func select(_ shape: Kernel.Shape) -> Result<Kernel, NoKernel> {
      KernelTable.current.select(.matrixProduct, .f32, shape: shape, on: [])
    }
    for shape in [
      Kernel.Shape(rows: 0, columns: 0, depth: 0), Kernel.Shape(rows: 1, columns: 1000, depth: 2048),
      Kernel.Shape(rows: 12544, columns: 64, depth: 3, taps: 49),
    ] {
      #expect(try select(shape).get().tile != nil)
    }
    for shape in [
      Kernel.Shape(rows: 1, columns: .max, depth: 1), Kernel.Shape(rows: 1, columns: 8, depth: .max),
      Kernel.Shape(rows: 1, columns: -1, depth: 1), Kernel.Shape(rows: -1, columns: 1, depth: 1),
    ] {
      #expect(throws: NoKernel.self) { try select(shape).get() }
    }
  }

  @Test func anEmptyTableHasAReason() {
    let table = KernelTable(rows: [])
    let error = #expect(throws: NoKernel.self) { try table.select(.softmax, .f32, on: []).get() }
    #expect(error?.description == "No kernel computes softmax of f32.")
    let narrow = KernelTable(rows: KernelTable.current.rows.filter { $0.features.contains(.avx2) })
    let missing = #expect(throws: NoKernel.self) { try narrow.select(.softmax, .f32, on: .fma).get() }
    #expect(missing?.reason == "the CPU or --max-isa lacks f16c, avx2")
  }
}
