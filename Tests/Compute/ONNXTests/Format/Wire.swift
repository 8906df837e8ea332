/// Protobuf by hand, so that tests can write what no encoder would.
enum Wire {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func int(_ field: Int, _ value: Int) -> [UInt8] {
    varint(UInt64(field) << 3) + varint(UInt64(bitPattern: Int64(value)))
  }

  static func bytes(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(UInt64(field) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func text(_ field: Int, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }

  static func fixed32(_ field: Int, _ bits: UInt32) -> [UInt8] {
    varint(UInt64(field) << 3 | 5) + raw([bits])
  }

  static func fixed64(_ field: Int, _ bits: UInt64) -> [UInt8] {
    varint(UInt64(field) << 3 | 1) + raw([bits])
  }

  static func raw<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }
}

/// ONNX messages by hand.
enum WireModel {
  /// A model of a graph's fields.
  static func model(_ graph: [UInt8], ir: Int = 8, opsets: [(String, Int)] = [("", 17)], rest: [UInt8] = []) -> [UInt8]
  {
    var fields = Wire.int(1, ir)
    for (domain, version) in opsets { fields += opset(domain, version) }
    return fields + Wire.bytes(7, graph) + rest
  }

  static func opset(_ domain: String, _ version: Int) -> [UInt8] {
    Wire.bytes(8, (domain.isEmpty ? [] : Wire.text(1, domain)) + Wire.int(2, version))
  }

  static func node(
    _ op: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    attributes: [[UInt8]] = []
  ) -> [UInt8] {
    var fields = inputs.flatMap { Wire.text(1, $0) }
    fields += outputs.flatMap { Wire.text(2, $0) }
    if !name.isEmpty { fields += Wire.text(3, name) }
    if !op.isEmpty { fields += Wire.text(4, op) }
    fields += attributes.flatMap { Wire.bytes(5, $0) }
    if !domain.isEmpty { fields += Wire.text(7, domain) }
    return Wire.bytes(1, fields)
  }

  /// The fields of a tensor; `data` are further fields, with the elements.
  static func tensor(_ name: String, _ dims: [Int], _ type: Int, _ data: [UInt8] = []) -> [UInt8] {
    var fields = dims.flatMap { Wire.int(1, $0) }
    fields += Wire.int(2, type)
    if !name.isEmpty { fields += Wire.text(8, name) }
    return fields + data
  }

  static func initializer(_ name: String, _ dims: [Int], _ type: Int, _ data: [UInt8] = []) -> [UInt8] {
    Wire.bytes(5, tensor(name, dims, type, data))
  }

  /// A float value in field 11 (input), 12 (output) or 13 (inside).
  static func value(_ field: Int, _ name: String, _ dims: [Int]? = [2], type: Int = 1) -> [UInt8] {
    let shape = dims.map { Wire.bytes(2, $0.flatMap { Wire.bytes(1, Wire.int(1, $0)) }) } ?? []
    return Wire.bytes(field, Wire.text(1, name) + Wire.bytes(2, Wire.bytes(1, Wire.int(1, type) + shape)))
  }

  static func input(_ name: String, _ dims: [Int]? = [2]) -> [UInt8] { value(11, name, dims) }
  static func output(_ name: String, _ dims: [Int]? = [2]) -> [UInt8] { value(12, name, dims) }

  /// A graph that returns its input, with further fields.
  static func identity(_ rest: [UInt8] = []) -> [UInt8] {
    input("x") + output("y") + node("Identity", ["x"], ["y"], name: "same") + rest
  }

  /// External data of a tensor.
  static func external(_ entries: [(String, String)]) -> [UInt8] {
    Wire.int(14, 1) + entries.flatMap { Wire.bytes(13, Wire.text(1, $0.0) + Wire.text(2, $0.1)) }
  }
}
