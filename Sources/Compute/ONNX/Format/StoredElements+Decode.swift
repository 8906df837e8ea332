import Tensors

extension StoredElements {
  /// Copies elements of fixed width; those without tags straight from the file.
  func writeFixed<Bits: FixedWidthInteger & UnsignedInteger>(
    _: Bits.Type, _ wireType: WireReader.WireType, named name: String, into destination: UnsafeMutableRawBufferPointer
  ) throws(ONNXError) {
    let width = Bits.bitWidth / 8
    var filled = 0
    for run in runs {
      if !run.isTagged {
        guard run.byteCount <= destination.count - filled else { throw wrongCount(name, "more") }
        try source.read(
          at: run.offset, into: UnsafeMutableRawBufferPointer(rebasing: destination[filled..<filled + run.byteCount]))
        filled += run.byteCount
        continue
      }
      var reader = WireReader(source, at: run.offset)
      let end = run.offset + run.byteCount
      while reader.position < end {
        _ = try reader.tag(before: end)
        let bits = try reader.fixed(Bits.self, before: end)
        guard filled <= destination.count - width else { throw wrongCount(name, "more") }
        destination.storeBytes(of: bits, toByteOffset: filled, as: Bits.self)
        filled += width
      }
    }
    guard filled == destination.count else { throw wrongCount(name, "fewer") }
  }

  /// Decodes integers of variable length into elements of the type; half-precision floats are stored as their bits.
  func writeIntegers(
    _ type: TensorType, named name: String, into destination: UnsafeMutableRawBufferPointer
  ) throws(ONNXError) {
    switch type.elementType {
    case .int64: try write(Int64.self, named: name, into: destination)
    case .int32: try write(Int32.self, named: name, into: destination)
    case .int16: try write(Int16.self, named: name, into: destination)
    case .int8: try write(Int8.self, named: name, into: destination)
    case .uint64: try write(UInt64.self, named: name, into: destination)
    case .uint32: try write(UInt32.self, named: name, into: destination)
    case .uint16, .float16, .bfloat16: try write(UInt16.self, named: name, into: destination)
    case .uint8: try write(UInt8.self, named: name, into: destination)
    case .bool:
      try write(UInt8.self, named: name, into: destination)
      BooleanBytes.normalize(destination)
    case .float32, .float64: throw wrongCount(name, "fewer")
    }
  }

  private func write<Element: FixedWidthInteger & BitwiseCopyable>(
    _: Element.Type, named name: String, into destination: UnsafeMutableRawBufferPointer
  ) throws(ONNXError) {
    let width = Element.bitWidth / 8
    var filled = 0
    for run in runs {
      var reader = WireReader(source, at: run.offset)
      let end = run.offset + run.byteCount
      while reader.position < end {
        if run.isTagged { _ = try reader.tag(before: end) }
        let bits = try reader.varint(before: end)
        guard filled <= destination.count - width else { throw wrongCount(name, "more") }
        destination.storeBytes(of: try element(bits, filled / width, name), toByteOffset: filled, as: Element.self)
        filled += width
      }
    }
    guard filled == destination.count else { throw wrongCount(name, "fewer") }
  }

  private func element<Element: FixedWidthInteger>(
    _ bits: UInt64, _ index: Int, _ name: String
  ) throws(ONNXError) -> Element {
    let value: Element?
    let shown: String
    switch field {
    case .uint64: (value, shown) = (Element(exactly: bits), "\(bits)")
    // An int32 is the low half, whatever is above: some writers extend its sign to 64 bits and some do not.
    case .int32:
      let low = Int32(truncatingIfNeeded: bits)
      (value, shown) = (Element(exactly: low), "\(low)")
    default:
      let whole = Int64(bitPattern: bits)
      (value, shown) = (Element(exactly: whole), "\(whole)")
    }
    guard let value else {
      throw ONNXError(
        .damaged,
        "element \(index) of tensor \(name.quoted) is \(shown), which its \(Element.bitWidth) bits cannot hold")
    }
    return value
  }

  private func wrongCount(_ name: String, _ how: String) -> ONNXError {
    ONNXError(.damaged, "the \(field.name) of tensor \(name.quoted) has \(how) elements than its shape")
  }
}
