import Tensors

/// Memory for the packed weights of one model, a few large pieces of it, so that they lie in few large pages.
///
/// Used while a model is prepared, by one thread. What is allocated lives as long as the object.
final class WeightMemory: @unchecked Sendable {
  /// Bytes of a piece; larger allocations get pieces of their own. What is never touched takes no memory.
  private static let pieceBytes = 32 << 20

  private var pieces: [Piece] = []
  private var used = 0

  /// `byteCount` zeroed bytes, aligned to 64.
  func allocate(_ byteCount: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    let size = roundedToCacheLines(max(byteCount, 1))
    if let piece = pieces.last, piece.buffer.byteCount - used >= size {
      used += size
      return piece.buffer.baseAddress + (used - size)
    }
    let piece = Piece(try AlignedBuffer(byteCount: max(size, Self.pieceBytes)))
    pieces.append(piece)
    used = size
    return piece.buffer.baseAddress
  }

  private final class Piece {
    let buffer: AlignedBuffer

    init(_ buffer: consuming AlignedBuffer) { self.buffer = buffer }
  }
}
