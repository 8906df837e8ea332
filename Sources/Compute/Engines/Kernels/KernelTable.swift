import CKernels

/// Kernels in order of preference, and the choice among them.
///
/// Choosing is a pure function of what is asked and of a set of instruction sets, whatever the CPU that asks.
public struct KernelTable: Sendable {
  /// Every kernel; of those that compute the same, the most preferred first.
  public let rows: [Kernel]

  /// Makes a table.
  init(rows: [Kernel]) { self.rows = rows }

  /// The kernels of this build.
  public static let current = KernelTable(rows: matrixKernels + winogradKernels + rowwiseKernels)

  /// The kernel to use, or why there is none.
  ///
  /// - Parameters:
  ///   - types: what the operands hold. Kernels for wider operands are as good: ``Kernel/Types/u8s7`` is an operand that
  ///     kernels of ``Kernel/Types/u8s8`` take too.
  ///   - shape: a product's extents; nil for other operations.
  ///   - features: the instruction sets that it may use.
  public func select(
    _ operation: Kernel.Operation, _ types: Kernel.Types, shape: Kernel.Shape? = nil, on features: CPUFeatures
  ) -> Result<Kernel, NoKernel> {
    let fitting = rows.filter { $0.operation == operation && $0.takes(types) }
    guard let kernel = fitting.first(where: { features.isSuperset(of: $0.features) }) else {
      guard let least = fitting.last else {
        return .failure(NoKernel("no kernel computes \(operation.rawValue) of \(types.rawValue)"))
      }
      let missing = least.features.subtracting(features).names.joined(separator: ", ")
      return .failure(NoKernel("the CPU or --max-isa lacks \(missing)"))
    }
    if let shape, let reason = kernel.refusal(of: shape) { return .failure(NoKernel(reason)) }
    return .success(kernel)
  }

  /// The largest magnitude that 8-bit weights (and the s8 operand of a product of activations) may have where the product
  /// runs on the kernel chosen for these instruction sets: 127, or 64 where it adds pairs of products in 16 bits.
  ///
  /// VPMADDUBSW saturates at 32767. Two products of u8 with weights of at most 64 are at most 2 * 255 * 64 = 32640, and
  /// with 65 they could be 33150.
  public func integerWeightLimit(on features: CPUFeatures) -> Int {
    guard case .success(let kernel) = select(.matrixProduct, .u8s7, on: features) else { return 127 }
    return kernel.types == .u8s7 ? Self.sevenBitLimit : 127
  }

  /// The greatest magnitude of which two products with u8 fit 16 bits.
  static let sevenBitLimit = 64

  private static let matrixKernels = GemmKernel.all.map(Kernel.init(matrix:))

  /// Winograd's transforms are as wide as the vectors of the FP32 kernel that multiplies.
  private static let winogradKernels = matrixKernels.filter { $0.types == .f32 }.map { kernel in
    Kernel(
      name: "winograd:f32:\(kernel.level.rawValue)", operation: .winograd, types: .f32, features: kernel.features,
      tile: nil, matrix: nil)
  }

  /// One row for each operation and level: the levels' tables hold the same functions, compiled anew.
  private static let rowwiseKernels: [Kernel] = {
    let levels = [ISALevel.avx512Core, .avx2, .generic].filter {
      // Elsewhere than on x86-64 there is one table.
      ckernels_rows($0.features.operatorTable).pointee.isa == $0.features.operatorTable
    }
    return Kernel.rowwise.flatMap { operation in levels.map { Kernel(rowwise: operation, level: $0) } }
  }()
}

extension KernelTable {
  /// What a CPU makes of a row.
  public enum Standing: Hashable, Sendable {
    /// It is chosen for its operation and types.
    case chosen
    /// It could run; another one is preferred.
    case runs
    /// These instruction sets are missing from the CPU.
    case lacks([String])
    /// The CPU has them all, and the cap excludes these.
    case capped([String])
  }

  /// What becomes of each row on a CPU under a cap, in the table's order.
  public func standings(on cpu: CPUFeatures, cappedAt cap: ISALevel? = nil) -> [(kernel: Kernel, standing: Standing)] {
    let usable = cpu.capped(at: cap)
    var chosen: Set<String> = []
    for operation in Kernel.Operation.allCases {
      // INT8 asks for u8 x s7, which kernels of u8 x s8 take too.
      for types in Kernel.Types.allCases where types != .u8s8 {
        if case .success(let kernel) = select(operation, types, on: usable) { chosen.insert(kernel.name) }
      }
    }
    return rows.map { kernel in
      let lacking = kernel.features.subtracting(cpu)
      if !lacking.isEmpty { return (kernel, .lacks(lacking.names)) }
      let excluded = kernel.features.subtracting(usable)
      if !excluded.isEmpty { return (kernel, .capped(excluded.names)) }
      return (kernel, chosen.contains(kernel.name) ? .chosen : .runs)
    }
  }
}

/// Why no kernel computes something, as a clause.
public struct NoKernel: Error, Hashable, CustomStringConvertible {
  /// The clause.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// One sentence.
  public var description: String { reason.prefix(1).uppercased() + reason.dropFirst() + "." }
}

extension Kernel {
  /// What the tables of `ckernels_row_table` compute, in their order, and fused attention around the same functions.
  fileprivate static let rowwise: [Operation] = [
    .reorder, .maxPool, .globalAverage, .depthwise, .layerNorm, .softmax, .embedding, .meanPool, .l2Normalize,
    .attention,
  ]

  fileprivate init(rowwise operation: Operation, level: ISALevel) {
    self.init(
      name: "\(operation.rawValue):\(level.rawValue)", operation: operation, types: .any, features: level.features,
      tile: nil, matrix: nil)
  }

  fileprivate init(matrix kernel: GemmKernel) {
    let types: Types =
      switch kernel.types {
      case CKERNELS_GEMM_BF16: .bf16
      case CKERNELS_GEMM_U8S8: .u8s8
      case CKERNELS_GEMM_U8S7: .u8s7
      case CKERNELS_GEMM_F32_CHAIN: .f32Chain
      case CKERNELS_GEMM_F32_BLOCKS: .f32Blocks
      case CKERNELS_GEMM_F16_CHAIN: .f16Chain
      case CKERNELS_GEMM_BF16_TILES: .bf16Tiles
      case CKERNELS_GEMM_U8S8_PAIRS: .u8s8Pairs
      case CKERNELS_GEMM_U8S8_SATURATING: .u8s8Saturating
      case CKERNELS_GEMM_U8S8_WRAPPING: .u8s8Wrapping
      default: .f32
      }
    self.init(
      name: kernel.name, operation: .matrixProduct, types: types, features: kernel.features,
      tile: Tile(rows: kernel.mr, columns: kernel.nr, depth: kernel.kr, lanes: kernel.lanes), matrix: kernel)
  }

  fileprivate func takes(_ asked: Types) -> Bool {
    types == asked || types == .any || (types == .u8s8 && asked == .u8s7)
      // Those of plain C round products before they are added.
      || (types == .f32 && asked == .f32Chain && features.contains(.fma))
      || (types == .u8s8 && asked == .u8s8Wrapping)
  }

  fileprivate func refusal(of shape: Shape) -> String? {
    guard let matrix else { return nil }
    guard shape.rows >= 0, ckernels_gemm_packed_bytes(matrix.row, shape.taps, shape.depth, shape.columns) >= 0 else {
      return "its packed weights would exceed the address space"
    }
    return nil
  }
}
