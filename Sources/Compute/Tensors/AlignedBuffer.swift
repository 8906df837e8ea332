import CLinux

/// Uninterpreted zeroed memory, aligned to at least 64 bytes, owned by exactly one value.
///
/// Comes straight from the kernel (`mmap`), so that large buffers neither pass through the heap nor cost physical
/// memory before they are touched.
public struct AlignedBuffer: ~Copyable, @unchecked Sendable {
  /// The first byte. Valid as long as the buffer lives; not null even when `byteCount` is 0.
  public let baseAddress: UnsafeMutableRawPointer
  /// The usable size in bytes.
  public let byteCount: Int

  /// Maps `byteCount` bytes of zeroed memory.
  ///
  /// - Throws: ``AllocationError`` where the system refuses.
  public init(byteCount: Int) throws(AllocationError) {
    guard byteCount >= 0, let memory = clinux_map_memory(max(byteCount, 1)) else {
      throw AllocationError(byteCount: byteCount)
    }
    self.baseAddress = memory
    self.byteCount = byteCount
  }

  deinit { clinux_unmap_memory(baseAddress, max(byteCount, 1)) }

  /// The memory as floats, starting `offset` bytes in.
  public func floats(at offset: Int = 0) -> UnsafeMutablePointer<Float> {
    (baseAddress + offset).assumingMemoryBound(to: Float.self)
  }
}

/// A byte count rounded up to whole cache lines of 64 bytes, so that what follows starts aligned.
public func roundedToCacheLines(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }

/// The system did not give the memory asked for.
public struct AllocationError: Error, Hashable, CustomStringConvertible {
  /// The number of bytes that was asked for.
  public let byteCount: Int

  /// Makes the error.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// One sentence for the user.
  public var description: String { "The system refused to map \(byteCount) bytes of memory." }
}
