import CKernels
import ModelGraph
import Tensors

/// A product's weights in the order in which its kernel reads them, and what integer sums start from.
final class PackedWeights: @unchecked Sendable {
  /// Where weights lie before they are packed, in elements.
  struct Layout: Hashable {
    let tapStride: Int
    let depthStride: Int
    let columnStride: Int
  }

  /// The packed panels, which other products may share.
  let panels: PackedPanels
  private let starts: Starts?

  /// One s32 for each column, whole vectors of them; nil for floats.
  var start: UnsafePointer<Int32>? { starts.map { UnsafePointer($0.values) } }
  /// Bytes held beside the panels.
  var byteCount: Int { (starts?.count ?? 0) * 4 }

  /// Packs `taps` x `depth` x `columns` values, which are representable in the kernel's type, unless that is done.
  ///
  /// - Parameters:
  ///   - packing: which values these are.
  ///   - zeroPoint: the zero point of the left operand, for integers; sums start from minus its share.
  ///   - memory: where the panels go.
  /// - Throws: ``AllocationError``.
  init(
    _ packing: WeightMemory.Packing, _ values: UnsafePointer<Float>, _ layout: Layout, zeroPoint: Int32,
    in memory: WeightMemory
  ) throws {
    let kernel = GemmKernel(row: packing.kernel)
    let (taps, depth, columns) = (packing.taps, packing.depth, packing.columns)
    let byteCount = ckernels_gemm_packed_bytes(kernel.row, taps, depth, columns)
    panels = try memory.panels(packing, byteCount: byteCount) { destination in
      try Self.pack(kernel, values, layout, taps: taps, depth: depth, columns: columns, to: destination)
    }
    guard kernel.kr == 4 else {
      starts = nil
      return
    }
    let starts = Starts(count: columns + kernel.lanes)
    for (column, sum) in panels.columnSums.enumerated() { starts.values[column] = 0 &- sum &* zeroPoint }
    self.starts = starts
  }

  /// Writes panels and returns the sums of integer columns.
  private static func pack(
    _ kernel: GemmKernel, _ values: UnsafePointer<Float>, _ layout: Layout, taps: Int, depth: Int, columns: Int,
    to destination: UnsafeMutableRawPointer
  ) throws -> [Int32] {
    // Weights need not be dense or whole: the last element decides how many there are.
    let count =
      taps * depth * columns == 0
      ? 0 : (taps - 1) * layout.tapStride + (depth - 1) * layout.depthStride + (columns - 1) * layout.columnStride + 1
    let panelCount = kernel.panels(of: columns)
    func pack(_ source: UnsafeRawPointer) {
      ckernels_gemm_pack(
        kernel.row, source, layout.tapStride, layout.depthStride, layout.columnStride, taps, depth, columns, 0,
        panelCount, destination)
    }
    switch kernel.kr {
    case 1:
      pack(values)
      return []
    case 2:
      let narrow = try AlignedBuffer(byteCount: count * 2)
      let bits = narrow.baseAddress.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count { bits[index] = UInt16(truncatingIfNeeded: values[index].bitPattern >> 16) }
      pack(narrow.baseAddress)
      return []
    default:
      let narrow = try AlignedBuffer(byteCount: count)
      let bytes = narrow.baseAddress.assumingMemoryBound(to: Int8.self)
      // Finite, because preparation refuses other weights, and so within 8 bits.
      for index in 0..<count { bytes[index] = Int8(values[index]) }
      pack(narrow.baseAddress)
      var sums = [Int32](repeating: 0, count: columns + kernel.lanes)
      kernel.row.pointee.column_sums(destination, taps, depth, columns, 0, panelCount, 1, &sums)
      return sums
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
