import Tensors

/// A tensor's elements in a file next to the model, in the same form as `raw_data`.
struct ExternalData: Sendable {
  /// The folder that the location is relative to.
  let folder: ModelFolder
  /// The file's path relative to that folder.
  let location: String
  /// The first byte.
  let offset: Int

  /// Reads the entries of `external_data`, without touching the file.
  ///
  /// Keys other than `location`, `offset` and `length` say nothing that is needed.
  init(
    _ entries: [ProtoStringStringEntry], folder: ModelFolder?, type: TensorType, named name: String
  ) throws(ONNXError) {
    guard let folder else {
      throw ONNXError(
        .unsupported, "tensor \(name.quoted) has external data, but a model in memory has no folder where it could lie")
    }
    var values: [String: String] = [:]
    for entry in entries where values.updateValue(entry.value, forKey: entry.key) != nil {
      throw ONNXError(.damaged, "the external data of tensor \(name.quoted) has two entries \(entry.key.quoted)")
    }
    guard let location = values["location"] else {
      throw ONNXError(.damaged, "the external data of tensor \(name.quoted) has no location")
    }
    let offset = try Self.number(values["offset"], "offset", name) ?? 0
    if let length = try Self.number(values["length"], "length", name), length != type.byteCount {
      throw ONNXError(
        .damaged,
        "tensor \(name.quoted) is \(type), that is \(type.byteCount) bytes, but its external data has length \(length)")
    }
    self.folder = folder
    self.location = location
    self.offset = offset
  }

  /// Opens the file and checks that it has the tensor's bytes.
  func open(_ type: TensorType, named name: String) throws(ONNXError) -> FileSource {
    let file = try folder.open(location, of: name)
    guard file.contains(offset, type.byteCount) else {
      throw ONNXError(
        .damaged,
        "tensor \(name.quoted) is \(type.byteCount) bytes from byte \(offset) of \(location.quoted), which has \(file.byteCount)"
      )
    }
    return file
  }

  /// Reads the elements. The file is opened anew each time: a model may have a file for each of thousands of tensors.
  func write(_ type: TensorType, named name: String, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError)
  {
    try open(type, named: name).read(at: offset, into: destination)
    if type.elementType == .bool { BooleanBytes.normalize(destination) }
  }

  private static func number(_ text: String?, _ key: String, _ name: String) throws(ONNXError) -> Int? {
    guard let text else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else {
      throw ONNXError(
        .damaged,
        "the external data of tensor \(name.quoted) has the \(key) \(text.quoted), which is no number of bytes")
    }
    return value
  }
}
