/// Arrays as nothing but their elements, little-endian, one after the other.
public enum RawArrayFile {
  /// Reads a whole file as elements of a type.
  ///
  /// - Parameter dims: The extents; nil for one as long as the file.
  /// - Throws: ``NPYError``, or ``AllocationError`` where the system refuses memory; no more is asked for than the file holds.
  public static func read(path: String, elementType: ElementType, dims: [Int]? = nil) throws -> Tensor {
    let file = try NPYInput(path: path)
    let size = elementType.byteCount
    guard file.byteCount.isMultiple(of: size) else {
      throw NPYError(
        .damaged, path, "its \(file.byteCount) bytes are no whole number of \(elementType.rawValue) elements of \(size)"
      )
    }
    guard let shape = Shape(checking: dims ?? [file.byteCount / size]) else {
      throw NPYError(.damaged, path, "its shape has more elements than memory can be addressed")
    }
    guard shape.count == file.byteCount / size else {
      throw NPYError(
        .damaged, path,
        "\(elementType.rawValue) \(shape) has \(shape.count) elements and the file has \(file.byteCount / size)")
    }
    return try Tensor(TensorType(elementType, shape)) { try file.read(at: 0, into: $0) }
  }

  /// Writes elements, replacing a file at `path`.
  ///
  /// - Throws: ``NPYError`` where the file cannot be written.
  public static func write(_ elements: UnsafeRawBufferPointer, to path: String) throws(NPYError) {
    try WholeFile.replace(path, header: [], elements: elements)
  }
}
