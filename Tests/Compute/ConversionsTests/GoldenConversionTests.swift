import CKernels
import Conversions
import KernelDigests
import NumericFormats
import Testing

/// Conversions have the codes that `ml_dtypes` and NumPy give, over all upper 20 bits of FP32.
@Suite struct GoldenConversionTests {
  @Test(arguments: try GoldenDigests.read().encode, Implementation.all)
  func encoding(golden: GoldenDigests.Case, implementation: Implementation) throws {
    var kernel = try golden.conversion.sampleKernel
    #expect(hexadecimal(kerneldigests_encode(implementation.level, &kernel, 20)) == golden.digest)
  }

  @Test(arguments: try GoldenDigests.read().decode, Implementation.all)
  func decoding(golden: GoldenDigests.Case, implementation: Implementation) throws {
    var kernel = try golden.conversion.kernel()
    #expect(hexadecimal(kerneldigests_decode(implementation.level, &kernel)) == golden.digest)
  }

  @Test(arguments: try GoldenDigests.read().blocks, Implementation.all)
  func blocks(golden: GoldenDigests.Case, implementation: Implementation) throws {
    var kernel = try golden.conversion.kernel()
    let digest = kerneldigests_blocks(implementation.level, &kernel, CKERNELS_BLOCK_E8M0)
    #expect(hexadecimal(digest) == golden.digest)
  }

  @Test func scalesOfBlocks() throws {
    let golden = try #require(try GoldenDigests.read().scales.first)
    let format = OperandFormat(.float(.e4m3), scaling: .block(size: 1))
    let converter = try #require(BlockConverter(format))
    // 1 in E4M3, with every scale there is.
    let codes = [UInt8](repeating: 0x38, count: 256), scales = (0...255).map(UInt8.init)
    var values = [Float](repeating: 0, count: 256)
    codes.withUnsafeBytes { codes in
      scales.withUnsafeBytes { scales in
        values.withUnsafeMutableBufferPointer { converter.decode(codes: codes, scales: scales, into: $0) }
      }
    }
    let words = values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
    #expect(hexadecimal(kerneldigests_of_words(words, words.count, 0)) == golden.digest)
  }

  @Test("the golden file names every format that ml_dtypes has") func isComplete() throws {
    let golden = try GoldenDigests.read()
    let names = ["bf16", "fp16", "e4m3", "e5m2", "e3m2", "e2m3", "e2m1"]
    #expect(names.allSatisfy { name in golden.encode.count { $0.format == name } == 2 })
    #expect(golden.decode.map(\.format) == names && golden.blocks.map(\.format) == names.dropFirst(2) + ["int8"])
  }
}
