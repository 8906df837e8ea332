/// One row of the kernel table: what it computes, what it needs, and for matrix products the tile and the functions.
public struct Kernel: Hashable, Sendable {
  /// Operator, types, level and tile, for example `gemm:f32:avx512_core:6x64`.
  public let name: String
  /// What it computes.
  public let operation: Operation
  /// The types of its operands.
  public let types: Types
  /// The instruction sets that it needs.
  public let features: CPUFeatures
  /// The first level that has them all.
  public var level: ISALevel { ISALevel.allCases.first { $0.features.isSuperset(of: features) } ?? .generic }
  /// The largest tile, of matrix products.
  public let tile: Tile?
  /// The functions, of matrix products.
  let matrix: GemmKernel?

  /// What kernels compute.
  public enum Operation: String, CaseIterable, Hashable, Codable, Sendable {
    /// Rows of a source, one address each for every tap of a window, times packed weights: inner products, convolutions.
    case matrixProduct = "gemm"
    /// 3x3 convolutions with a quarter of the products, on the matrix kernels.
    case winograd
    /// Changes of format, storage and layout.
    case reorder
    /// Maximum pooling.
    case maxPool = "max-pool"
    /// The mean of each channel.
    case globalAverage = "global-average"
    /// Convolutions of which each channel has a window of its own.
    case depthwise
    /// Layer normalisation, with a residual.
    case layerNorm = "layer-norm"
    /// Softmax, with a mask or an addend.
    case softmax
    /// Scores, softmax and context of a few queries at a time; its products run on the matrix kernels.
    case attention
    /// Rows of tables, added.
    case embedding
    /// The mean over tokens.
    case meanPool = "mean-pool"
    /// Rows divided by their length.
    case l2Normalize = "l2-normalize"
  }

  /// Types of a kernel's operands.
  public enum Types: String, CaseIterable, Hashable, Codable, Sendable {
    /// FP32, FP32 sums.
    case f32
    /// BF16, FP32 sums.
    case bf16
    /// u8 times s8, 32-bit sums.
    case u8s8
    /// u8 times s8 of -64 to 64, so that sums of two products fit 16 bits; 32-bit sums.
    case u8s7
    /// FP32, one fused multiply-add after the other.
    case f32Chain = "f32_chain"
    /// FP32, chains of 32 elements that are added.
    case f32Blocks = "f32_blocks"
    /// FP16 in FP32 storage, one FP16 fused multiply-add after the other.
    case f16Chain = "f16_chain"
    /// BF16, even and odd elements of each 32 in sums of their own (TDPBF16PS).
    case bf16Tiles = "bf16_tiles"
    /// u8 times s8, sums of two products saturating at 16 bits (VPMADDUBSW).
    case u8s8Pairs = "u8s8_pairs"
    /// u8 times s8, sums saturating at 32 bits (VPDPBUSDS).
    case u8s8Saturating = "u8s8_sat"
    /// u8 times s8, 32-bit sums, where no instruction adds four products.
    case u8s8Wrapping = "u8s8_wrap"
    /// Every format, in and out.
    case any

    /// Whether only the emulator multiplies so: the types are those of one numerics contract.
    public var isEmulated: Bool {
      switch self {
      case .f32, .bf16, .u8s8, .u8s7, .any: false
      case .f32Chain, .f32Blocks, .f16Chain, .bf16Tiles, .u8s8Pairs, .u8s8Saturating, .u8s8Wrapping: true
      }
    }
  }

  /// The largest part of a result that a kernel computes at once.
  public struct Tile: Hashable, Codable, Sendable {
    /// Rows (mr).
    public let rows: Int
    /// Columns (nr).
    public let columns: Int
    /// Elements of depth that are multiplied together (kr).
    public let depth: Int
    /// Lanes of a vector.
    public let lanes: Int
  }

  /// The extents of a product: rows x (taps * depth) times (taps * depth) x columns.
  public struct Shape: Hashable, Sendable {
    /// Rows of the result.
    public var rows: Int
    /// Columns of the result.
    public var columns: Int
    /// Elements of the source at one tap.
    public var depth: Int
    /// Elements of the window; 1 for a plain product.
    public var taps: Int

    /// Makes a shape.
    public init(rows: Int, columns: Int, depth: Int, taps: Int = 1) {
      (self.rows, self.columns, self.depth, self.taps) = (rows, columns, depth, taps)
    }
  }
}
