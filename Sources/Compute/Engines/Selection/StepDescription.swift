/// What a step runs, for `assay explain`: known without weights and memory.
public struct StepDescription: Codable, Hashable, Sendable {
  /// The kernel, by the name of its row in the kernel table: `fp32_avx512_core_14x32`.
  public let kernel: String
  /// How the operator becomes calls of it: `1x1 as GEMM`, `implicit GEMM`, `Winograd F(4x4,3x3)`.
  public let algorithm: String
  /// How the work is divided, for example `4x2 tiles of 96x128`; nil where there is nothing to say.
  public let tiles: String?

  /// Makes a description.
  public init(kernel: String, algorithm: String, tiles: String? = nil) {
    self.kernel = kernel
    self.algorithm = algorithm
    self.tiles = tiles
  }
}
