import CKernels
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// INT8 where there is no VPDPBUSD: products of u8 with integers of -64 to 64, added in pairs in 16 bits.
@Suite struct SevenBitTests {
  @Test func pairsOfProductsFitSixteenBitsUpTo64() {
    for limit in [-64, 64] { #expect(Int16(exactly: 2 * 255 * limit) != nil) }
    #expect(Int16(exactly: 2 * 255 * 65) == nil)
  }

  /// Sums at the limits are exact: all pairs as great as they can be, of either sign.
  @Test func theKernelDoesNotSaturate() throws {
    let kernels = GemmKernel.all.filter { $0.types == CKERNELS_GEMM_U8S7 }
    for kernel in kernels where CPUFeatures.detect().isSuperset(of: kernel.features) {
      for weight: Int8 in [-64, 64] {
        let depth = 37
        let weights = [Int8](repeating: weight, count: depth)
        let bytes = ckernels_gemm_packed_bytes(kernel.row, 1, depth, 1)
        let packed = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        defer { packed.deallocate() }
        ckernels_gemm_pack(kernel.row, weights, 0, 1, 1, 1, depth, 1, 0, 1, packed)
        let source = [UInt8](repeating: 255, count: depth)
        let sums = UnsafeMutableRawPointer.allocate(byteCount: kernel.mr * kernel.nr * 4, alignment: 64)
        defer { sums.deallocate() }
        source.withUnsafeBytes { source in
          var row: UnsafeRawPointer? = source.baseAddress
          withUnsafePointer(to: &row) { rows in
            var tile = ckernels_gemm_tile()
            (tile.rows, tile.tap_stride, tile.taps, tile.depth) = (rows, 1, 1, depth)
            (tile.weights, tile.sums) = (UnsafeRawPointer(packed), sums)
            kernel.row.pointee.tile(&tile, 1, 1)
          }
        }
        #expect(sums.load(as: Int32.self) == Int32(depth) * 255 * Int32(weight), "\(kernel.name)")
      }
    }
    #if arch(x86_64)
      #expect(kernels.count == 2)
    #endif
  }

  #if arch(x86_64)
    @Test(arguments: [ISALevel.avx2, .avx512Core].filter(ISALevel.available.contains))
    func nativeIntegersAreThoseOfTheEmulation(level: ISALevel) throws {
      #expect(ModelRun.native.integerLimit(on: level.features) == 64)
      for graph in [try TestGraphs.residual(), try TestGraphs.attention()] {
        let expected = try ModelRun.output(graph, ModelRun.emulation, .int8, features: level.features)
        let actual = try ModelRun.output(graph, ModelRun.native, .int8, features: level.features)
        #expect(actual.map(\.bitPattern) == expected.map(\.bitPattern))
        // The limit changes numbers, or this would show nothing.
        let eightBits = try ModelRun.output(graph, ModelRun.openblas, .int8, features: level.features)
        #expect(ModelRun.error(expected, eightBits) > 1e-4)
      }
    }
  #endif

  /// What the contract says is what the numbers are held to.
  @Test(arguments: ISALevel.allCases)
  func theContractNamesTheLimit(level: ISALevel) {
    let isSeven = ModelRun.native.contract(for: .int8, on: level.features) == .u8s7MADDUBS
    #expect(ModelRun.native.integerLimit(on: level.features) == (isSeven ? 64 : 127))
    #expect(ModelRun.openblas.integerLimit(on: level.features) == 127)
  }

  @Test func formatsAndWeightsKeepTheLimit() throws {
    let graph = try TestGraphs.attention()
    let parameters = try TestGraphs.parameters(graph)
    let calibration = try ModelRun.calibration(graph, parameters)
    for limit in [127, 64] {
      let lowered = try Lowering.lower(
        graph, to: .int8, calibration: calibration, for: Target(features: [], integerLimit: limit))
      let kernels = ckernels_operators(CKERNELS_ISA_GENERIC)!
      let prepared = try PreparedParameters(parameters, for: lowered, kernels: kernels)
      var greatest: Float = 0
      for (index, info) in lowered.graph.parameters.enumerated() where info.role == .weights {
        let values = UnsafeBufferPointer(start: prepared.values(ParameterID(index: index)), count: info.shape.count)
        greatest = values.reduce(greatest) { max($0, abs($1)) }
      }
      #expect(greatest == Float(limit))
      for (tensor, format) in zip(lowered.graph.tensors, lowered.formats) where format.name == "s8" {
        let name = tensor.name.hasSuffix(".s8") ? String(tensor.name.dropLast(3)) : tensor.name
        let range = try #require(calibration.ranges[name])
        #expect(format.scale == max(-range.least, range.greatest) / Float(limit), "\(name)")
      }
    }
  }
}
