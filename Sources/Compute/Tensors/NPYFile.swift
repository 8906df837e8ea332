/// Tensors in NumPy's file format `.npy`, so that anyone can compare Assay's values with anything.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Versions 1, 2 and 3 are read, version 1 is
/// written. Arrays in Fortran order are read and transposed; big-endian ones of more than a byte an element are refused.
/// BF16, which NumPy has not got, is stored as raw two-byte elements, `<V2`, as `ml_dtypes` does.
public enum NPYFile {
  /// The longest header that is read.
  static let headerLimit = 1 << 16
  /// Every file starts with this.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads a tensor.
  ///
  /// - Throws: ``NPYError``, or ``AllocationError`` where the system refuses memory; no more is asked for than the file holds.
  public static func read(path: String) throws -> Tensor {
    let file = try NPYInput(path: path)
    let start = try file.bytes(at: 0, count: min(12, file.byteCount))
    guard start.starts(with: magic) else { throw NPYError(.damaged, path, "it is not a .npy file") }
    guard start.count >= 10 else { throw NPYError(.damaged, path, "it ends within its header") }
    let (version, lengthBytes) = (start[6], start[6] == 1 ? 2 : 4)
    guard (1...3).contains(version) else {
      throw NPYError(.damaged, path, "version \(version) of the format does not exist; there are 1 to 3")
    }
    guard start.count >= 8 + lengthBytes else { throw NPYError(.damaged, path, "it ends within its header") }
    let length = start[8..<(8 + lengthBytes)].reversed().reduce(0) { $0 << 8 | Int($1) }
    let offset = 8 + lengthBytes
    guard length <= headerLimit, length <= file.byteCount - offset else {
      throw NPYError(.damaged, path, "its header claims \(length) bytes and the file has \(file.byteCount)")
    }
    let header = try NPYHeader(text: try file.bytes(at: offset, count: length), path: path)
    let type = TensorType(header.elementType, header.shape)
    let found = file.byteCount - offset - length
    guard found == type.byteCount else {
      throw NPYError(
        .damaged, path, "\(type) takes \(type.byteCount) bytes and the file has \(found) behind its header")
    }
    let stored = try Tensor(type) { try file.read(at: offset + length, into: $0) }
    let tensor = header.isFortranOrder && type.shape.rank > 1 ? try stored.transposedFromFortranOrder() : stored
    guard tensor.hasValidBooleans else { throw NPYError(.damaged, path, "a boolean in it is neither 0 nor 1") }
    return tensor
  }

  /// Writes a tensor in C order, replacing a file at `path`.
  ///
  /// - Throws: ``NPYError`` where the file cannot be written.
  public static func write(_ tensor: Tensor, to path: String) throws(NPYError) {
    try write(tensor.bytes, type: tensor.type, to: path)
  }

  /// Writes the elements of a tensor of `type`, dense and row-major, replacing a file at `path`.
  ///
  /// - Precondition: `elements` has as many bytes as `type` takes.
  /// - Throws: ``NPYError`` where the file cannot be written.
  public static func write(
    _ elements: UnsafeRawBufferPointer, type: TensorType, to path: String
  ) throws(NPYError) {
    precondition(elements.count == type.byteCount)
    try WholeFile.replace(path, header: header(of: type), elements: elements)
  }

  /// Magic, version, length and text; all of it a multiple of 64 bytes, so that elements may be mapped.
  static func header(of type: TensorType) -> [UInt8] {
    let dims = type.shape.dims.map(String.init).joined(separator: ", ") + (type.shape.rank == 1 ? "," : "")
    var text = "{'descr': '\(type.elementType.npyCode)', 'fortran_order': False, 'shape': (\(dims)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let length = text.utf8.count
    if length < 1 << 16 { return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8) }
    return magic + [2, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(text.utf8)
  }
}

/// A `.npy` file that cannot be read or written.
public struct NPYError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Kind: Hashable, Sendable {
    /// There is no such file, or it cannot be opened: exit code 66.
    case notFound
    /// It is no `.npy` file, or one that promises what it does not hold: exit code 65.
    case damaged
    /// The folder or the disk refuses: exit code 73.
    case cannotWrite
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// The file.
  public let path: String
  /// What is wrong, as a clause.
  public let reason: String

  init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String {
    kind == .cannotWrite
      ? "The file \(path) cannot be written: \(reason)." : "The file \(path) cannot be used: \(reason)."
  }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .notFound: 66
    case .damaged: 65
    case .cannotWrite: 73
    }
  }
}

extension ElementType {
  /// NumPy's name of the type with its byte order.
  var npyCode: String {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .float16: "<f2"
    case .bfloat16: "<V2"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .uint64: "<u8"
    case .bool: "|b1"
    }
  }

  /// The type of a NumPy name; nil where Assay has not got it.
  init?(npyCode code: String) {
    // What has one byte, and raw bytes, have no order; native order is little-endian here.
    let name = code.drop { $0 == "<" || $0 == "|" || $0 == "=" }
    guard code.count <= name.count + 1, let type = Self.allCases.first(where: { $0.npyCode.dropFirst() == name })
    else { return nil }
    self = type
  }
}

extension Tensor {
  /// The same array in C order, where the memory holds it in Fortran order.
  fileprivate func transposedFromFortranOrder() throws -> Tensor {
    let (dims, size) = (shape.dims, elementType.byteCount)
    // The first extent is the innermost in memory.
    var strides = [Int](repeating: 1, count: dims.count)
    for index in dims.indices.dropFirst() { strides[index] = strides[index - 1] * dims[index - 1] }
    return try Tensor(type) { destination in
      var place = [Int](repeating: 0, count: dims.count)
      var source = 0
      for element in 0..<shape.count {
        for byte in 0..<size { destination[element * size + byte] = bytes[source * size + byte] }
        for axis in dims.indices.reversed() {
          place[axis] += 1
          source += strides[axis]
          if place[axis] < dims[axis] { break }
          source -= dims[axis] * strides[axis]
          place[axis] = 0
        }
      }
    }
  }

  /// Whether every boolean is 0 or 1; true for all other types.
  fileprivate var hasValidBooleans: Bool { elementType != .bool || bytes.allSatisfy { $0 <= 1 } }
}
