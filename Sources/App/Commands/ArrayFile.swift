import Tensors

/// An array that a `numerics` command reads or writes: NumPy's format where the name ends in .npy, else nothing but the
/// elements, little-endian.
struct ArrayFile {
  let path: String

  /// Whether the file says its own type and shape.
  var isNPY: Bool { path.lowercased().hasSuffix(".npy") }

  /// Reads the array.
  ///
  /// - Parameters:
  ///   - rawType: What the elements are where the file does not say.
  ///   - rawShape: The extents where the file does not say; nil for one dimension.
  func read(rawType: ElementType = .float32, rawShape: [Int]? = nil) throws -> Tensor {
    if isNPY { return try NPYFile.read(path: path) }
    return try RawArrayFile.read(path: path, elementType: rawType, dims: rawShape)
  }

  /// Writes an array, replacing the file.
  func write(_ elements: UnsafeRawBufferPointer, type: TensorType) throws {
    if isNPY {
      try NPYFile.write(elements, type: type, to: path)
    } else {
      try RawArrayFile.write(elements, to: path)
    }
  }

  /// The extents of a text such as `2x3`, as --a-shape takes them.
  static func shape(_ text: String, option: String) throws(CommandFailure) -> [Int] {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let dims = parts.compactMap(\.self)
    guard dims.count == parts.count, dims.allSatisfy({ $0 >= 0 }) else {
      throw CommandFailure("\(option) \(text.prefix(60)) is no shape; write one such as 64x128.", exitCode: 64)
    }
    return dims
  }

  /// The element type of a name such as `float32`.
  static func elementType(_ text: String, option: String) throws(CommandFailure) -> ElementType {
    guard let type = ElementType(rawValue: text.lowercased()) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(
        "\(option): there is no element type `\(text.prefix(60))`; there are \(known).", exitCode: 64)
    }
    return type
  }
}
