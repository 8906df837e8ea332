import CKernels
import ModelGraph
import NumericFormats

/// A row of the table of matrix kernels.
struct GemmKernel: Hashable, @unchecked Sendable {
  /// The row in C, which lives as long as the program.
  let row: UnsafePointer<ckernels_gemm_kernel>

  /// For example `gemm:f32:avx512_core:6x64`.
  var name: String { String(cString: row.pointee.name) }
  /// What the kernel multiplies.
  var types: ckernels_gemm_types { row.pointee.types }
  /// The instruction sets that it needs.
  var features: CPUFeatures { CPUFeatures(rawValue: row.pointee.features) }
  /// Rows and columns of its largest tile, elements of depth that it multiplies together, lanes of a vector.
  var mr: Int { Int(row.pointee.mr) }
  var nr: Int { Int(row.pointee.nr) }
  var kr: Int { Int(row.pointee.kr) }
  var lanes: Int { Int(row.pointee.lanes) }
  /// Bytes of an operand's element.
  var elementSize: Int { 4 / kr }
  /// Panels of so many columns.
  func panels(of columns: Int) -> Int { (columns + nr - 1) / nr }
  /// Whether its left operand can be held in a format.
  func takesLeft(_ format: NumberFormat) -> Bool {
    switch format {
    case .fp32, .emulated: kr == 1
    case .bf16: kr == 2
    case .u8: kr == 4
    case .s8: false
    }
  }

  /// Whether its right operand can.
  func takesRight(_ format: NumberFormat) -> Bool {
    switch format {
    case .fp32, .emulated: kr == 1
    case .bf16: kr == 2
    case .u8: false
    case .s8: kr == 4
    }
  }

  /// Every kernel of this build, the most preferred of each type first.
  static let all: [GemmKernel] = {
    var rows: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
    let count = Int(ckernels_gemm_kernels(&rows))
    return (0..<count).compactMap { rows?[$0].map(GemmKernel.init(row:)) }
  }()

  /// The kernel for a node's contract: a row of ``KernelTable``; nil where there is none.
  static func select(for node: Node, in model: LoweredModel) -> GemmKernel? {
    select(model.contract(of: node).accumulation, for: model.target)
  }

  /// The kernel that adds products as `accumulation` says; nil where no kernel does.
  ///
  /// For the emulator exactly so, with the same bits at every level. Otherwise chains of FP32 are fused where the CPU can.
  static func select(_ accumulation: Accumulation, for target: Target) -> GemmKernel? {
    let types: Kernel.Types
    switch accumulation {
    case .fp32Chain: types = target.isEmulator ? .f32Chain : .f32
    // Engines whose own implementations declined: any order is as good as the library's.
    case .fp32Library: types = .f32
    case .fp32OddEvenPairs: types = .bf16
    case .fp32OddEvenTiles: types = .bf16Tiles
    case .fp16Chain: types = .f16Chain
    case .fp32Blocks: types = .f32Blocks
    // Operands of 7 bits never saturate.
    case .s16SaturatingPairs: types = target.integerLimit <= KernelTable.sevenBitLimit ? .u8s7 : .u8s8Pairs
    case .s32Wrapping: types = .u8s8Wrapping
    case .s32Saturating: types = .u8s8Saturating
    case .fp64Chain: return nil
    }
    return try? KernelTable.current.select(.matrixProduct, types, on: target.features).get().matrix
  }
}
