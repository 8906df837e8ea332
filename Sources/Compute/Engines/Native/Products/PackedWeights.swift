import CKernels
import Tensors

/// A product's weights in the order in which its kernel reads them, and what integer sums start from.
final class PackedWeights: @unchecked Sendable {
  /// Where weights lie before they are packed, in elements.
  struct Layout {
    let tapStride: Int
    let depthStride: Int
    let columnStride: Int
  }

  /// The packed panels.
  let base: UnsafeRawPointer
  private let panelBytes: Int
  private let memory: WeightMemory
  private let starts: Starts?

  /// One s32 for each column, whole vectors of them; nil for floats.
  var start: UnsafePointer<Int32>? { starts.map { UnsafePointer($0.values) } }
  /// Bytes held.
  var byteCount: Int { panelBytes + (starts?.count ?? 0) * 4 }

  /// Packs `taps` x `depth` x `columns` values, which are representable in the kernel's type.
  ///
  /// - Parameters:
  ///   - zeroPoint: the zero point of the left operand, for integers; sums start from minus its share.
  ///   - memory: where the panels go.
  /// - Throws: ``AllocationError``.
  init(
    _ kernel: GemmKernel, _ values: UnsafePointer<Float>, _ layout: Layout, taps: Int, depth: Int, columns: Int,
    zeroPoint: Int32, in memory: WeightMemory
  ) throws {
    let byteCount = ckernels_gemm_packed_bytes(kernel.row, taps, depth, columns)
    guard byteCount >= 0 else { throw AllocationError(byteCount: .max) }
    self.memory = memory
    panelBytes = byteCount
    let destination = try memory.allocate(byteCount)
    base = UnsafeRawPointer(destination)
    // Weights need not be dense or whole: the last element decides how many there are.
    let count =
      taps * depth * columns == 0
      ? 0 : (taps - 1) * layout.tapStride + (depth - 1) * layout.depthStride + (columns - 1) * layout.columnStride + 1
    let panelCount = (columns + kernel.nr - 1) / kernel.nr
    func pack(_ source: UnsafeRawPointer) {
      ckernels_gemm_pack(
        kernel.row, source, layout.tapStride, layout.depthStride, layout.columnStride, taps, depth, columns, 0,
        panelCount, destination)
    }
    switch kernel.kr {
    case 1:
      pack(values)
      starts = nil
    case 2:
      let narrow = try AlignedBuffer(byteCount: count * 2)
      let bits = narrow.baseAddress.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count { bits[index] = UInt16(truncatingIfNeeded: values[index].bitPattern >> 16) }
      pack(narrow.baseAddress)
      starts = nil
    default:
      let narrow = try AlignedBuffer(byteCount: count)
      let bytes = narrow.baseAddress.assumingMemoryBound(to: Int8.self)
      // There is no NaN among integers: it becomes the least that the kernel takes.
      let least: Int8 = kernel.types == CKERNELS_GEMM_U8S7 ? -64 : -127
      for index in 0..<count { bytes[index] = values[index].isNaN ? least : Int8(values[index]) }
      pack(narrow.baseAddress)
      let starts = Starts(count: columns + kernel.lanes)
      let sums = starts.values
      for column in 0..<columns {
        var sum: Int32 = 0
        for tap in 0..<taps {
          for k in 0..<depth {
            let index = tap * layout.tapStride + k * layout.depthStride + column * layout.columnStride
            sum &+= Int32(bytes[index])
          }
        }
        sums[column] = 0 &- sum &* zeroPoint
      }
      self.starts = starts
    }
  }

  /// Integers at a fixed address, zeros at first.
  private final class Starts {
    let count: Int
    let values: UnsafeMutablePointer<Int32>

    init(count: Int) {
      self.count = count
      values = .allocate(capacity: count)
      values.initialize(repeating: 0, count: count)
    }

    deinit { values.deallocate() }
  }
}
