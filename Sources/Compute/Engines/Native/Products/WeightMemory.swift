import CKernels
import ModelGraph
import Tensors

/// The packed weights of one model: a few large pieces of memory, so that they lie in few large pages, and what is where,
/// so that nodes that share weights share the packed ones.
///
/// Used while a model is prepared, by one thread. What is packed lives as long as somebody holds it.
final class WeightMemory: @unchecked Sendable {
  /// Bytes of a piece; larger allocations get pieces of their own. What is never touched takes no memory.
  private static let pieceBytes = 32 << 20

  private var pieces: [Piece] = []
  private var used = 0
  private var packed: [Packing: PackedPanels] = [:]
  /// Bytes given out.
  private(set) var byteCount = 0

  /// What was packed and how: equal packings give equal panels.
  struct Packing: Hashable {
    /// The order in which values lie before.
    enum Order: Hashable {
      /// As the parameter's.
      case strided(PackedWeights.Layout)
      /// Lines of a window, rearranged first.
      case lines
      /// For Winograd's algorithm.
      case winograd(WinogradPlan.Form)
    }

    let parameter: ParameterID
    /// The first element.
    var first = 0
    let kernel: UnsafePointer<ckernels_gemm_kernel>
    let order: Order
    let taps, depth, columns: Int
  }

  /// The panels of a packing, which `fill` writes where nobody has yet.
  ///
  /// - Parameter fill: gets zeroed memory, aligned to 64 bytes, and returns the sums of the columns of integers.
  func panels(
    _ packing: Packing, byteCount: Int, fill: (UnsafeMutableRawPointer) throws -> [Int32]
  ) throws -> PackedPanels {
    if let known = packed[packing] { return known }
    // C functions say -1 where the size overflows.
    guard byteCount >= 0 else { throw AllocationError(byteCount: .max) }
    let (piece, base) = try allocate(byteCount)
    let made = PackedPanels(base: UnsafeRawPointer(base), columnSums: try fill(base), memory: piece)
    packed[packing] = made
    return made
  }

  private func allocate(_ byteCount: Int) throws(AllocationError) -> (Piece, UnsafeMutableRawPointer) {
    guard byteCount <= .max - 64 else { throw AllocationError(byteCount: .max) }
    let size = roundedToCacheLines(max(byteCount, 1))
    self.byteCount += size
    if let piece = pieces.last, piece.buffer.byteCount - used >= size {
      used += size
      return (piece, piece.buffer.baseAddress + (used - size))
    }
    let piece = Piece(try AlignedBuffer(byteCount: max(size, Self.pieceBytes)))
    pieces.append(piece)
    used = size
    return (piece, piece.buffer.baseAddress)
  }

  fileprivate final class Piece {
    let buffer: AlignedBuffer

    init(_ buffer: consuming AlignedBuffer) { self.buffer = buffer }
  }
}

/// Weights in the order in which a kernel reads them.
final class PackedPanels: @unchecked Sendable {
  /// The first panel.
  let base: UnsafeRawPointer
  /// The sum of each column of integers; empty for floats.
  let columnSums: [Int32]
  private let memory: AnyObject

  fileprivate init(base: UnsafeRawPointer, columnSums: [Int32], memory: WeightMemory.Piece) {
    (self.base, self.columnSums, self.memory) = (base, columnSums, memory)
  }
}
