import Tensors

/// One tensor that a safetensors header declares; it was checked to lie inside the file.
public struct SafetensorsEntry: Hashable, Sendable {
  /// The element type as the file names it, for example `F32`.
  public let elementType: String
  /// The extents.
  public let shape: Shape
  /// The offset of the first byte in the file.
  public let byteOffset: Int
  /// The number of bytes: the product of the extents times the element size.
  public let byteCount: Int

  /// Bytes per element of every type in the format's specification.
  static let elementSizes = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "C64": 8, "F64": 8, "I64": 8, "U64": 8,
  ]

  /// Checks a declaration against the size of the data that follows the header.
  ///
  /// - Throws: the reason as half a sentence.
  init(name: String, _ declaration: SafetensorsDeclaration, dataOffset: Int, dataSize: Int) throws(InvalidEntry) {
    let shown = name.prefix(80)
    guard let size = Self.elementSizes[declaration.dtype] else {
      throw InvalidEntry("tensor \(shown) has the unknown element type \(declaration.dtype.prefix(20))")
    }
    guard declaration.data_offsets.count == 2, declaration.shape.count <= 32 else {
      throw InvalidEntry("tensor \(shown) needs two data offsets and at most 32 dimensions")
    }
    let (begin, end) = (declaration.data_offsets[0], declaration.data_offsets[1])
    guard begin >= 0, begin <= end, end <= dataSize else {
      throw InvalidEntry("tensor \(shown) claims bytes \(begin) to \(end) of \(dataSize) bytes of data")
    }
    var expected = size
    for extent in declaration.shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw InvalidEntry("tensor \(shown) has an impossible shape") }
      expected = product
    }
    guard end - begin == expected else {
      throw InvalidEntry("tensor \(shown) needs \(expected) bytes for its shape and claims \(end - begin)")
    }
    self.elementType = declaration.dtype
    self.shape = Shape(declaration.shape)
    self.byteOffset = dataOffset + begin
    self.byteCount = expected
  }
}

/// A header's entry as it stands in the JSON; nothing in it is checked.
struct SafetensorsDeclaration: Decodable {
  let dtype: String
  let shape: [Int]
  let data_offsets: [Int]  // The format's own spelling.
}

/// Why a declaration is refused, as half a sentence.
struct InvalidEntry: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
