import ONNX
import Tensors
import Testing

@testable import Workloads

@Suite struct SampleGeneratorTests {
  @Test(
    arguments: [
      ("images", TensorType(.float32, [1, 3, 32, 48]), nil, .image),
      ("x", TensorType(.float16, [2, 1, 64, 160]), nil, .image),
      ("x", TensorType(.float32, [1, 4, 32, 32]), nil, .normal),
      ("x", TensorType(.float32, [1, 3, 4, 4]), nil, .normal),
      ("x", TensorType(.float32, [1, 80, 100]), nil, .normal),
      ("attention_mask", TensorType(.int64, [1, 8]), nil, .ones),
      ("Mask", TensorType(.float32, [1, 8]), nil, .ones), ("flag", TensorType(.bool, []), nil, .ones),
      ("input_ids", TensorType(.int64, [1, 8]), 100, .integers(least: 0, count: 100)),
      ("ids", TensorType(.int32, [1, 8]), nil, .integers(least: 0, count: 2)),
      ("token_type_ids", TensorType(.int64, [1, 8]), 2, .zeros), ("segment", TensorType(.int32, [1, 8]), nil, .zeros),
      ("position_ids", TensorType(.int64, [1, 8]), 512, .positions(count: 512)),
      ("pixels", TensorType(.uint8, [1, 8]), nil, .integers(least: 0, count: 256)),
      ("pixels", TensorType(.int8, [1, 8]), nil, .integers(least: -128, count: 256)),
      ("bytes", TensorType(.uint8, [1, 8]), 1000, .integers(least: 0, count: 256)),
    ] as [(String, TensorType, Int?, SampleGenerator.Kind)])
  func choosesByNameTypeAndUse(name: String, type: TensorType, bound: Int?, kind: SampleGenerator.Kind) {
    #expect(SampleGenerator.kind(ImportedModel.Port(name: name, type: type), bound: bound) == kind)
  }

  private func values(_ type: TensorType, _ kind: SampleGenerator.Kind) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: type.byteCount, alignment: 64)
    defer { buffer.deallocate() }
    _ = buffer.initializeMemory(as: UInt8.self, repeating: 0xFF)
    SampleGenerator(type: type, kind: kind).write(into: buffer, SeededStream(model: "m", name: "s"))
    return Array(buffer)
  }

  @Test func positionsCountAlongTheLastDimension() {
    let bytes = values(TensorType(.int64, [2, 4]), .positions(count: 3))
    #expect(bytes.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) } == [0, 1, 2, 2, 0, 1, 2, 2])
  }

  /// The bit patterns of 1 in every type.
  @Test(
    arguments: [
      (ElementType.float32, [0, 0, 0x80, 0x3F]), (.float64, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), (.float16, [0, 0x3C]),
      (.bfloat16, [0x80, 0x3F]), (.int8, [1]), (.uint8, [1]), (.bool, [1]), (.int16, [1, 0]), (.uint16, [1, 0]),
      (.int32, [1, 0, 0, 0]), (.uint32, [1, 0, 0, 0]), (.int64, [1, 0, 0, 0, 0, 0, 0, 0]),
      (.uint64, [1, 0, 0, 0, 0, 0, 0, 0]),
    ] as [(ElementType, [UInt8])])
  func writesOnesOfEveryType(type: ElementType, one: [UInt8]) {
    #expect(values(TensorType(type, [2]), .ones) == one + one)
  }

  @Test func normalValuesAreTheSameInEveryFloatingType() {
    let floats = values(TensorType(.float32, [64]), .normal).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let doubles = values(TensorType(.float64, [64]), .normal).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let halves = values(TensorType(.float16, [64]), .normal).withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }
    #expect(doubles == floats.map(Double.init))
    #expect(halves == floats.map { Float16($0).bitPattern })
    #expect(Set(floats).count > 60)
  }

  /// An oblong image is the upper left part of the square pattern, and images of one sample differ.
  @Test func imagesMayBeOblong() {
    let bytes = values(TensorType(.float32, [2, 3, 16, 24]), .image)
    let pixels = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(pixels.allSatisfy { $0.isFinite })
    #expect(Array(pixels[..<(3 * 16 * 24)]) != Array(pixels[(3 * 16 * 24)...]))
    let square = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * 24 * 24)
    defer { square.deallocate() }
    SeededStream(key: SeededStream(model: "m", name: "s").bits(0)).fillImage(square, channels: 3, size: 24)
    #expect(Array(pixels[..<24]) == Array(square[..<24]))
    #expect(pixels[16 * 24] == square[24 * 24])
  }
}
