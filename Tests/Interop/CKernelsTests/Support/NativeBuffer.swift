import CKernels

/// Elements in native storage, in a guarded buffer of exactly their bytes.
struct NativeBuffer {
  let format: ckernels_format
  let count: Int
  private let bytes: GuardedBuffer<UInt8>

  init(count: Int, _ format: ckernels_format) {
    self.format = format
    self.count = count
    bytes = GuardedBuffer(count: count * format.elementSize)
  }

  /// From stored values as floats: integers less their zero point, BF16 values. No integer is NaN: that is the least.
  init(stored values: [Float], _ format: ckernels_format) {
    self.init(count: values.count, format)
    for (index, value) in values.enumerated() {
      switch format.kind {
      case CKERNELS_FORMAT_FP32: start.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
      case CKERNELS_FORMAT_BF16:
        start.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: 2 * index, as: UInt16.self)
      case CKERNELS_FORMAT_U8:
        bytes.elements[index] = value.isNaN ? 0 : UInt8(Int32(value) + format.zero_point)
      default: bytes.elements[index] = UInt8(bitPattern: value.isNaN ? -127 : Int8(value))
      }
    }
  }

  /// From real values, rounded as the reference does.
  init(rounding values: [Float], _ format: ckernels_format) { self.init(stored: format.of(values), format) }

  var start: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bytes.start) }
  var isIntact: Bool { bytes.isIntact }
  var rawBytes: [UInt8] { bytes.values }

  /// Stored values as floats.
  var stored: [Float] {
    (0..<count).map { index in
      switch format.kind {
      case CKERNELS_FORMAT_FP32: start.load(fromByteOffset: 4 * index, as: Float.self)
      case CKERNELS_FORMAT_BF16:
        Float(bitPattern: UInt32(start.load(fromByteOffset: 2 * index, as: UInt16.self)) << 16)
      case CKERNELS_FORMAT_U8: Float(Int32(bytes.elements[index]) - format.zero_point)
      default: Float(Int8(bitPattern: bytes.elements[index]))
      }
    }
  }

  /// Real values: integers times their scale, in FP32.
  var real: [Float] { stored.map { $0 * format.realScale } }
}

extension ckernels_format {
  var elementSize: Int {
    switch kind {
    case CKERNELS_FORMAT_FP32: 4
    case CKERNELS_FORMAT_BF16: 2
    default: 1
    }
  }

  var isInteger: Bool { kind == CKERNELS_FORMAT_U8 || kind == CKERNELS_FORMAT_S8 }

  /// The factor from stored to real values.
  var realScale: Float { isInteger ? scale : 1 }

  /// The stored values of a native tensor that holds these real ones: NaN is the least integer.
  func heldOf(_ values: [Float]) -> [Float] {
    let least = kind == CKERNELS_FORMAT_U8 ? 0 - Float(zero_point) : -127
    return of(values).map { $0.isNaN && isInteger ? least : $0 }
  }
}

extension Level {
  var rows: ckernels_row_table { ckernels_rows(isa).pointee }
}
