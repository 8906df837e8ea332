import CKernels
import Engines
import Records

/// A loop over arrays that this CPU runs.
public struct StreamLoop {
  /// The instruction-set level.
  public let isa: String
  /// What it does with its arrays.
  public let pattern: Roofline.Pattern
  /// Whether stores go around the caches.
  public let isNonTemporal: Bool
  /// Arrays that it reads or writes.
  public let arrays: Int
  private let loop: ckernels_stream_loop

  /// The size of an array when `arrays` of them share `bytes`: a multiple of the loops' block.
  static func arrayBytes(sharing bytes: Int, arrays: Int) -> Int {
    let block = Int(CKERNELS_STREAM_BLOCK_BYTES)
    return bytes / arrays / block * block
  }

  /// Goes `passes` times over arrays of `arrayBytes` that lie one after the other in `memory`.
  ///
  /// - Parameters:
  ///   - memory: `arrays` times `arrayBytes`, aligned to 64 bytes.
  ///   - arrayBytes: A multiple of 512.
  @discardableResult
  public func run(_ memory: UnsafeMutableRawPointer, arrayBytes: Int, passes: Int) -> UInt32 {
    // What the pattern does not name is not touched.
    loop.run(memory, memory + arrayBytes, memory + 2 * arrayBytes, arrayBytes, Int64(passes))
  }

  /// The loops with the widest vectors of `features`: one for each pattern, then the non-temporal ones.
  public static func widest(_ features: CPUFeatures = .detect()) -> [StreamLoop] {
    let all = available(features)
    return all.filter { $0.isa == all.last?.isa }
  }

  /// Every loop that `features` run, oldest level first.
  public static func available(_ features: CPUFeatures = .detect()) -> [StreamLoop] {
    var count: Int32 = 0
    let loops = ckernels_stream_loops(&count)
    return UnsafeBufferPointer(start: loops, count: Int(count)).compactMap { loop in
      guard features.isSuperset(of: CPUFeatures(rawValue: loop.features)) else { return nil }
      return StreamLoop(
        isa: String(cString: loop.isa), pattern: pattern(loop.kind), isNonTemporal: loop.is_non_temporal != 0,
        arrays: Int(loop.arrays_read + loop.arrays_written), loop: loop)
    }
  }

  private init(
    isa: String, pattern: Roofline.Pattern, isNonTemporal: Bool, arrays: Int, loop: ckernels_stream_loop
  ) {
    self.isa = isa
    self.pattern = pattern
    self.isNonTemporal = isNonTemporal
    self.arrays = arrays
    self.loop = loop
  }

  private static func pattern(_ kind: ckernels_stream_kind) -> Roofline.Pattern {
    switch kind {
    case CKERNELS_STREAM_WRITE: .write
    case CKERNELS_STREAM_COPY: .copy
    case CKERNELS_STREAM_TRIAD: .triad
    default: .read
    }
  }
}
