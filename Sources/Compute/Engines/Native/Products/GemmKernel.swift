import CKernels
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
  /// The format of the left operand's elements.
  var sourceFormat: String { kr == 1 ? "fp32" : kr == 2 ? "bf16" : "u8" }

  /// The format of the right operand's elements.
  var weightsFormat: String { kr == 4 ? "s8" : sourceFormat }

  /// Every kernel of this build, the most preferred of each type first.
  static let all: [GemmKernel] = {
    var rows: UnsafePointer<UnsafePointer<ckernels_gemm_kernel>?>?
    let count = Int(ckernels_gemm_kernels(&rows))
    return (0..<count).compactMap { rows?[$0].map(GemmKernel.init(row:)) }
  }()

  /// The kernel for a precision on a target: a row of ``KernelTable``.
  static func select(_ precision: Precision, for target: Target) -> GemmKernel? {
    let types: Kernel.Types =
      switch precision {
      case .fp32: .f32
      case .bf16: .bf16
      case .int8: target.integerLimit <= KernelTable.sevenBitLimit ? .u8s7 : .u8s8
      default: .f32
      }
    return try? KernelTable.current.select(.matrixProduct, types, on: target.features).get().matrix
  }

  /// The kernel that adds products exactly as `accumulation` says, with the same bits at every level; nil where no kernel
  /// does.
  static func select(_ accumulation: Accumulation, for target: Target) -> GemmKernel? {
    let types: Kernel.Types
    switch accumulation {
    case .fp32Chain: types = .f32Chain
    case .fp32OddEvenPairs: types = .bf16
    case .fp32OddEvenTiles: types = .bf16Tiles
    case .fp16Chain: types = .f16Chain
    case .fp32Blocks: types = .f32Blocks
    case .s16SaturatingPairs: types = .u8s8Pairs
    case .s32Wrapping: types = .u8s8
    case .s32Saturating: types = .u8s8Saturating
    case .fp32Library, .fp64Chain: return nil
    }
    return try? KernelTable.current.select(.matrixProduct, types, on: target.features).get().matrix
  }
}
