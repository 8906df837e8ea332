import Conversions
import NumericFormats
import Tensors

extension ConversionChoice {
  /// Codes, real values and scales of a conversion.
  struct Encoded {
    let codes: Tensor
    /// The real values of the codes, where they are asked for.
    let real: Tensor?
    /// Scales of channels (FP32) or blocks (FP32 or E8M0).
    let scales: Tensor?
    /// The figures of the whole array; 1 and 0 where there are none.
    let figures: (scale: Float, zeroPoint: Int32)
    let loss: ConversionLoss
  }

  /// Refuses results that cannot be written, or that would overwrite what is read.
  func requireOutputs() throws(CommandFailure) {
    let written: [OutputFile.Named] = [("The result", output.path), ("The file of scales", scalesToWrite?.path)]
    let read: [OutputFile.Named] = [("the input", input.path), ("the file of scales", scalesToRead?.path)]
    try OutputFile.requireDistinct(written, from: read)
    for file in written {
      if let path = file.path { try OutputFile(path, option: file.name).requireWritable() }
    }
  }

  /// The input's real values as FP32.
  func readValues() throws -> Tensor {
    let codeType = from.map(\.format.element.storedType)
    let tensor = try input.read(rawType: codeType ?? .float32, rawShape: rawShape)
    if let from { return try decode(tensor, from) }
    switch tensor.elementType {
    case .float32: return tensor
    case .float16: return try decode(tensor, Side(named: .fp16))
    case .bfloat16: return try decode(tensor, Side(named: .bf16))
    default:
      throw Self.usage(
        "The file \(input.path) holds \(tensor.elementType.rawValue), not float32, float16 or bfloat16; --from says which "
          + "format's codes they are")
    }
  }

  private func decode(_ tensor: Tensor, _ side: Side) throws -> Tensor {
    let element = side.format.element
    guard element.storedTypes.contains(tensor.elementType) else {
      throw CommandFailure(
        "The file \(input.path) holds \(tensor.elementType.rawValue); codes of \(side.format.name) are "
          + "\(element.storedTypes.map(\.rawValue).joined(separator: " or ")).", exitCode: 65)
    }
    let codes = try element.codes(of: tensor, path: input.path)
    let scales = try readScales(side, for: tensor.shape)
    let conversion = try arrayConversion(side, shape: tensor.shape, figures: scales.figures, path: input.path)
    return try Tensor(TensorType(.float32, tensor.shape)) { destination in
      let empty = UnsafeRawBufferPointer(start: nil, count: 0)
      withExtendedLifetime((codes, scales.tensor)) {
        conversion.decode(
          codes: codes.bytes, blockScales: side.blocks == nil ? empty : scales.tensor?.bytes ?? empty,
          into: destination.bindMemory(to: Float.self))
      }
    }
  }

  /// The scales that belong to codes: the file's, or those that were given.
  private func readScales(
    _ side: Side, for shape: Shape
  ) throws -> (tensor: Tensor?, figures: [(scale: Float, zeroPoint: Int32)]) {
    let wanted: TensorType
    switch side.scales {
    case .none: return (nil, [(1, 0)])
    case .array(let scale, let zeroPoint): return (nil, [(scale ?? 1, zeroPoint)])
    case .channels: wanted = TensorType(.float32, [try Self.channels(of: shape, path: input.path)])
    case .blocks(let size): wanted = TensorType(side.format.isMX ? .uint8 : .float32, shape.inBlocks(of: size))
    }
    guard let file = scalesFile else { return (nil, [(1, 0)]) }
    let tensor = try file.read(rawType: wanted.elementType, rawShape: wanted.shape.dims)
    guard tensor.type == wanted else {
      throw CommandFailure(
        "The file of scales \(file.path) is \(tensor.type); the codes in \(input.path) need \(wanted).", exitCode: 65)
    }
    guard wanted.elementType == .float32 else { return (tensor, []) }
    let scales = tensor.elements(as: Float.self)
    guard scales.allSatisfy({ $0.isFinite && $0 >= .leastNormalMagnitude }) else {
      throw CommandFailure(
        "The file of scales \(file.path) has one that is not a finite number of at least \(Float.leastNormalMagnitude).",
        exitCode: 65)
    }
    return (tensor, side.scales == .channels ? scales.map { ($0, 0) } : [])
  }

  /// Encodes values with the scales that were given, or with those that their ranges need.
  func encode(_ values: Tensor) throws -> Encoded {
    let floats = values.elements(as: Float.self)
    try requireNumbers(floats)
    let figures = try figures(for: floats, values.shape)
    let conversion = try arrayConversion(to, shape: values.shape, figures: figures, path: input.path)
    let scaleType = to.blocks.map { blocks in
      TensorType(blocks.scaleByteCount == 1 ? .uint8 : .float32, values.shape.inBlocks(of: blocks.size))
    }
    var (loss, real, scales) = (ConversionLoss(), Tensor?.none, Tensor?.none)
    // A tensor is written once, by its maker: all of them are made around the conversion.
    let codes = try Tensor(TensorType(to.format.element.storedType, values.shape)) { codes in
      scales = try Tensor(scaleType ?? TensorType(.uint8, [0])) { scales in
        real = try Tensor(TensorType(.float32, dequantised ? values.shape : [0])) { real in
          loss = conversion.encode(
            floats, codes: codes, blockScales: scales,
            real: dequantised ? real.bindMemory(to: Float.self) : nil)
        }
      }
      to.format.element.extendSigns(codes)
    }
    if to.scales == .channels {
      scales = try Tensor(.float32, [figures.count], figures.map(\.scale))
    } else if scaleType == nil {
      scales = nil
    }
    return Encoded(
      codes: codes, real: dequantised ? real : nil, scales: scales,
      figures: to.scales == .channels ? (1, 0) : figures.first ?? (1, 0), loss: loss)
  }

  /// The scale and zero point of the array or of each channel, as given or by the range of the values.
  private func figures(
    for values: UnsafeBufferPointer<Float>, _ shape: Shape
  ) throws -> [(scale: Float, zeroPoint: Int32)] {
    func covering(_ part: Slice<UnsafeBufferPointer<Float>>) -> (scale: Float, zeroPoint: Int32) {
      var (least, greatest) = (Float(0), Float(0))
      for value in part {
        least = min(least, value)
        greatest = max(greatest, value)
      }
      return ValueRange(least: least, greatest: greatest).map(to.format.figures(covering:)) ?? (1, 0)
    }
    switch to.scales {
    case .none, .blocks: return [(1, 0)]
    case .array(let scale?, let zeroPoint): return [(scale, zeroPoint)]
    case .array(nil, _): return [covering(values[...])]
    case .channels:
      let channels = try Self.channels(of: shape, path: input.path)
      let length = values.count / max(channels, 1)
      return (0..<channels).map { covering(values[($0 * length)..<(($0 + 1) * length)]) }
    }
  }

  /// Writes the result, and its scales first: codes without scales say nothing.
  func write(_ encoded: Encoded) throws {
    if let file = scalesToWrite, let scales = encoded.scales { try file.write(scales.bytes, type: scales.type) }
    let result = encoded.real ?? encoded.codes
    try output.write(result.bytes, type: result.type)
  }

  /// NaN and infinities that the format would have to turn into numbers are refused.
  private func requireNumbers(_ values: UnsafeBufferPointer<Float>) throws(CommandFailure) {
    // A block with one has NaN for its scale, unless its elements are integers that stand in groups.
    if to.format.hasNaN || to.format.isMX || Converter.countNotFinite(values) == 0 { return }
    let isRefused: (Float) -> Bool = { [takesInfinity = !to.format.isInteger] value in
      value.isNaN || (value.isInfinite && !takesInfinity)
    }
    guard let first = values.firstIndex(where: isRefused) else { return }
    throw CommandFailure(
      "The file \(input.path) has \(values[first]) at element \(first), which \(to.format.name) cannot hold "
        + "(\(values.count(where: isRefused)) such values).", exitCode: 65)
  }

  private func arrayConversion(
    _ side: Side, shape: Shape, figures: [(scale: Float, zeroPoint: Int32)], path: String
  ) throws -> ArrayConversion {
    if let blocks = side.blocks {
      guard shape.rank > 0 else { throw Self.noDimension(path, "blocks") }
      return ArrayConversion(blocks, count: shape.count, depth: shape[-1])
    }
    // An array without channels has no elements either.
    return ArrayConversion(side.conversion, count: shape.count, parts: figures.isEmpty ? [(1, 0)] : figures)
  }

  private static func channels(of shape: Shape, path: String) throws(CommandFailure) -> Int {
    guard shape.rank > 0 else { throw noDimension(path, "channels") }
    return shape[0]
  }

  private static func noDimension(_ path: String, _ what: String) -> CommandFailure {
    CommandFailure("The file \(path) holds a scalar, which has no \(what).", exitCode: 65)
  }
}

extension ConversionChoice.Side {
  fileprivate init(named format: FloatFormat) {
    let format = ArrayFormat.named(format.name) ?? ConversionChoice.fp32
    self.init(format: format, conversion: format.operand.conversion, scales: .none)
  }
}
