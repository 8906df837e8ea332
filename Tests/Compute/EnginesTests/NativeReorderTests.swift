import CKernels
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Every change of format and storage against the definition, element by element.
@Suite struct NativeReorderTests {
  static let formats: [NumberFormat] = [
    .fp32, .bf16, .u8(scale: 0.037, zeroPoint: 101), .u8(scale: 1, zeroPoint: 0), .s8(scale: 0.051),
  ]
  static let storages: [Storage] = [.floats, .native, .channelsLast]
  static let shapes: [Shape] = [
    [2, 3, 4, 5], [1, 1, 1, 1], [0, 3, 2, 2], [2, 0, 3, 3], [7], [], [3, 301], [2, 3, 5], [2, 17, 9, 31],
    [1, 64, 7, 7],
    [3, 5, 2, 3, 4], [1, 130, 1, 3],
  ]

  @Test(arguments: shapes, [1, 3])
  func everyPairAgreesWithTheDefinition(shape: Shape, threads: Int) throws {
    for to in Self.formats {
      for from in Set([.fp32, to]) {
        for read in Self.storages {
          for written in Self.storages {
            try check(shape, from, read, to, written, threads)
          }
        }
      }
    }
  }

  private func check(
    _ shape: Shape, _ from: NumberFormat, _ read: Storage, _ to: NumberFormat, _ written: Storage, _ threads: Int
  ) throws {
    let ids = [TensorID(index: 0), TensorID(index: 1)]
    let node = Node(name: "convert", op: .convert, inputs: [ids[0]], outputs: [ids[1]])
    let graph = ModelGraph(
      name: "convert",
      tensors: ["source", "result"].map { TensorInfo(name: $0, shape: shape, elementType: .float32) }, parameters: [],
      nodes: [node], inputs: [ids[0]], outputs: [ids[1]])
    let info = (type: ElementType.float32, rank: shape.rank)
    let (source, result) = (read.applied(to: info, format: from), written.applied(to: info, format: to))
    let model = LoweredModel(
      graph: graph, numerics: NumericsAssignment(.fp32FMA), formats: [from, to], storages: [source, result])
    let implementation = NativeConvert()
    guard source != .floats || result != .floats else {
      #expect(implementation.accepts(node, in: model) == .no("source and result are floats"))
      return
    }
    #expect(implementation.accepts(node, in: model) == .yes)

    let buffers = ids.map { Buffer(byteCount: model.byteCount(of: $0)) }
    // What stands for each element where tensors are floats, in row-major order.
    let values = (0..<shape.count).map { Self.value($0, from) }
    for (index, value) in values.enumerated() {
      if source.isNative {
        NativeCode.store(value, buffers[0].address, NativeCode.position(of: index, shape, source), from)
      } else {
        buffers[0].address.assumingMemoryBound(to: Float.self)[index] = value
      }
    }
    let kernels = ckernels_operators(CPUFeatures.detect().operatorTable)!
    let preparation = Preparation(
      model: model, threadCount: threads, features: .detect(), kernels: kernels, kept: [],
      addresses: buffers.map(\.address),
      parameters: try PreparedParameters(ParameterStore([]), for: model, kernels: kernels))
    let runner = try ModelRunner(
      steps: [implementation.prepare(node, preparation)], team: ThreadTeam(unpinnedThreads: threads))
    runner.run()

    for (index, value) in values.enumerated() {
      let expected = from == to ? value : ckernels_reference_format(preparation.kernelFormat(ids[1]), value)
      let position = NativeCode.position(of: index, shape, result)
      let actual =
        result.isNative
        ? NativeCode.load(buffers[1].address, position, to)
        : buffers[1].address.assumingMemoryBound(to: Float.self)[index]
      guard expected.isNaN, result.isNative, to.byteCount == 1 else {
        let isSame = actual.bitPattern == expected.bitPattern || actual.isNaN && expected.isNaN
        #expect(isSame, "\(from.name) \(source.name) to \(to.name) \(result.name) \(shape) at \(index)")
        continue
      }
      // No 8-bit integer is NaN: the least one is stored.
      let least = if case .u8(_, let zero) = to { Float(-zero) } else { Float(-127) }
      #expect(actual == least)
    }
  }

  /// Real values for FP32, among them the special ones; for other formats floats that stand for their values.
  private static func value(_ index: Int, _ format: NumberFormat) -> Float {
    let noise = Float((index &* 7919 &+ 13) % 1009) / 100 - 5
    switch format {
    case .fp32, .emulated:
      let special: [Float] = [.nan, .infinity, -.infinity, -0.0, Float(bitPattern: 71362), 3e38]
      return index % 11 == 3 ? special[index / 11 % special.count] : noise
    case .bf16: return Float(bitPattern: noise.bitPattern & 0xffff_0000)
    case .u8(_, let zero): return Float(Int32(index % 256) - zero)
    case .s8: return Float(index % 255 - 127)
    }
  }

  private final class Buffer {
    let address: UnsafeMutableRawPointer
    init(byteCount: Int) { address = .allocate(byteCount: max(byteCount, 1), alignment: 64) }
    deinit { address.deallocate() }
  }
}
