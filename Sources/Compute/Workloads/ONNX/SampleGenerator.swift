import ModelGraph
import ONNX
import Tensors

/// Makes values for an input of a model that nobody described: plausible ones by its name, type and use.
struct SampleGenerator: Sendable, Hashable {
  let type: TensorType
  let kind: Kind

  /// What the values are like.
  enum Kind: Sendable, Hashable {
    /// Patterns like photographs', for (n, 1 or 3, h, w).
    case image
    /// Normally distributed around 0 with deviation 1.
    case normal
    case zeros, ones
    /// Whole numbers from `least` on, so many of them, all alike probable.
    case integers(least: Int, count: Int)
    /// 0, 1, 2 and so on along the last dimension.
    case positions(count: Int)
  }

  /// A generator for each of the graph's inputs.
  static func all(for model: ImportedModel) -> [SampleGenerator] {
    let bounds = IndexBounds(model.graph)
    return zip(model.graph.inputs, model.inputs).map { id, port in
      SampleGenerator(type: port.type, kind: kind(port, bound: bounds.bound(of: id)))
    }
  }

  static func kind(_ port: ImportedModel.Port, bound: Int?) -> Kind {
    let name = port.name.lowercased()
    let shape = port.type.shape
    if name.contains("mask") || port.type.elementType == .bool { return .ones }
    switch port.type.elementType {
    case .float32, .float64, .float16, .bfloat16:
      let isImage =
        shape.rank == 4 && [1, 3].contains(shape[1]) && (8...4096).contains(min(shape[2], shape[3]))
        && max(shape[2], shape[3]) <= 4096
      return isImage ? .image : .normal
    case .uint8: return .integers(least: 0, count: min(bound ?? 256, 256))
    case .int8: return bound.map { .integers(least: 0, count: min($0, 128)) } ?? .integers(least: -128, count: 256)
    default:
      if name.contains("type_id") || name.contains("segment") { return .zeros }
      if name.contains("position"), let bound { return .positions(count: bound) }
      let greatest = port.type.elementType.byteCount == 2 ? 1 << 15 : 1 << 31
      return .integers(least: 0, count: min(bound ?? 2, greatest))
    }
  }

  /// Fills a buffer of the type's size.
  func write(into buffer: UnsafeMutableRawBufferPointer, _ stream: SeededStream) {
    switch kind {
    case .zeros: buffer.initializeMemory(as: UInt8.self, repeating: 0)
    case .ones: writeIntegers(into: buffer) { _ in 1 }
    case .integers(let least, let count):
      writeIntegers(into: buffer) { least + stream.integer($0, below: max(count, 1)) }
    case .positions(let count):
      let length = max(type.shape.rank > 0 ? type.shape[-1] : 1, 1)
      writeIntegers(into: buffer) { min($0 % length, max(count - 1, 0)) }
    case .image, .normal: writeFloats(into: buffer, stream)
    }
  }

  private func writeIntegers(into buffer: UnsafeMutableRawBufferPointer, _ value: (Int) -> Int) {
    func fill<Number: BitwiseCopyable>(_ convert: (Int) -> Number) {
      let numbers = buffer.bindMemory(to: Number.self)
      for index in numbers.indices { numbers[index] = convert(value(index)) }
    }
    switch type.elementType {
    case .float32: fill { Float($0) }
    case .float64: fill { Double($0) }
    case .float16: fill { Float16($0).bitPattern }
    case .bfloat16: fill { UInt16(Float($0).bitPattern >> 16) }
    case .int8, .uint8, .bool: fill { UInt8(truncatingIfNeeded: $0) }
    case .int16, .uint16: fill { UInt16(truncatingIfNeeded: $0) }
    case .int32, .uint32: fill { UInt32(truncatingIfNeeded: $0) }
    case .int64, .uint64: fill { UInt64(truncatingIfNeeded: $0) }
    }
  }

  private func writeFloats(into buffer: UnsafeMutableRawBufferPointer, _ stream: SeededStream) {
    let count = type.shape.count
    if type.elementType == .float32 { return fill(buffer.bindMemory(to: Float.self), stream) }
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    defer { values.deallocate() }
    values.initialize(repeating: 0)
    fill(values, stream)
    switch type.elementType {
    case .float64:
      let numbers = buffer.bindMemory(to: Double.self)
      for index in 0..<count { numbers[index] = Double(values[index]) }
    case .float16:
      let numbers = buffer.bindMemory(to: UInt16.self)
      for index in 0..<count { numbers[index] = Float16(values[index]).bitPattern }
    default:
      // Cut off rather than rounded: any BF16 value is as good as its neighbour here.
      let numbers = buffer.bindMemory(to: UInt16.self)
      for index in 0..<count { numbers[index] = UInt16(values[index].bitPattern >> 16) }
    }
  }

  private func fill(_ values: UnsafeMutableBufferPointer<Float>, _ stream: SeededStream) {
    guard kind == .image else { return stream.fillNormal(values, deviation: 1) }
    // The pattern is square; an oblong image is its upper left part.
    let (images, channels, height, width) = (type.shape[0], type.shape[1], type.shape[2], type.shape[3])
    let size = max(height, width)
    let square = UnsafeMutableBufferPointer<Float>.allocate(capacity: channels * size * size)
    defer { square.deallocate() }
    square.initialize(repeating: 0)
    for image in 0..<images {
      SeededStream(key: stream.bits(image)).fillImage(square, channels: channels, size: size)
      for channel in 0..<channels {
        for row in 0..<height {
          let source = (channel * size + row) * size
          let destination = ((image * channels + channel) * height + row) * width
          for column in 0..<width { values[destination + column] = square[source + column] }
        }
      }
    }
  }
}
