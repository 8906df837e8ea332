import CKernels
import Conversions
import NumericFormats
import Testing

/// The Swift side: formats are mapped as they are, and arrays come back.
@Suite struct ConverterTests {
  @Test("the greatest and the least values are the format's", arguments: FloatFormat.all)
  func extremes(format: FloatFormat) {
    let conversion = Conversion(.float(format), overflow: .saturate)
    let values = conversion.quantised([.infinity, -.infinity, Float(format.leastNonzeroMagnitude)])
    #expect(Double(values[0]) == format.greatestFiniteMagnitude && Double(values[1]) == -format.greatestFiniteMagnitude)
    #expect(Double(values[2]) == format.leastNonzeroMagnitude)
    let half = conversion.quantised([Float(format.leastNonzeroMagnitude / 2)])
    #expect(half == [0])
  }

  @Test("codes come back as the values that quantisation gives", arguments: elementFormats)
  func roundTrip(element: ElementFormat) {
    let conversion = Conversion(element)
    let (scale, zeroPoint) = conversion.sampleFigures
    let converter = Converter(conversion, scale: scale, zeroPoint: zeroPoint)
    let values = (0..<1000).map { Float($0) * 0.0731 - 31 }
    var codes = [UInt8](repeating: 0, count: values.count * converter.codeByteCount)
    var decoded = [Float](repeating: 0, count: values.count)
    var quantised = values
    values.withUnsafeBufferPointer { values in codes.withUnsafeMutableBytes { converter.encode(values, into: $0) } }
    codes.withUnsafeBytes { codes in decoded.withUnsafeMutableBufferPointer { converter.decode(codes, into: $0) } }
    quantised.withUnsafeMutableBufferPointer { converter.quantise($0) }
    #expect(decoded == quantised.map { $0 * scale })
    #expect(quantised == conversion.quantised(values, scale: scale, zeroPoint: zeroPoint))
    #expect(Converter.countNotFinite(UnsafeBufferPointer(start: nil, count: 0)) == 0)
  }

  @Test(
    "bytes of an element",
    arguments: [(ElementFormat.float(.tf32), 4), (.float(.fp16), 2), (.float(.e2m1), 1), (.s8, 1)])
  func sizes(element: ElementFormat, bytes: Int) {
    #expect(element.storedByteCount == bytes && Converter(Conversion(element)).codeByteCount == bytes)
  }

  @Test("groups have the scale of their greatest magnitude")
  func groups() throws {
    let format = OperandFormat(Conversion(.signed(bits: 4, limit: 7)), scaling: .group(size: 4))
    let converter = try #require(BlockConverter(format))
    let line: [Float] = [3.5, -1, 0.25, 0.75, 0, 0, 0, 0, -14, 7]
    var (codes, scales) = ([UInt8](repeating: 9, count: 10), [Float](repeating: 9, count: 3))
    var values = [Float](repeating: 9, count: 10)
    line.withUnsafeBufferPointer { line in
      codes.withUnsafeMutableBytes { codes in
        scales.withUnsafeMutableBytes { converter.encode(line, codes: codes, scales: $0) }
      }
    }
    codes.withUnsafeBytes { codes in
      scales.withUnsafeBytes { scales in
        values.withUnsafeMutableBufferPointer { converter.decode(codes: codes, scales: scales, into: $0) }
      }
    }
    #expect(converter.blockCount(depth: 10) == 3 && scales == [0.5, 1, 2])
    // 0.25 / 0.5 and 7 / 2 lie between two integers: to the even one.
    #expect(codes == [7, 0xE, 0, 2, 0, 0, 0, 0, 9, 4] && values == [3.5, -1, 0, 1, 0, 0, 0, 0, -14, 8])
    #expect(BlockConverter(OperandFormat(.s8, scaling: .perTensor)) == nil)
  }
}
