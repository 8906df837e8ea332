import Foundation
import Tensors

/// A folder that gets one NumPy file per tensor, and an index of them.
struct OutputFolder {
  /// One file.
  struct File: Encodable {
    let file: String
    let type: ElementType
    let shape: [Int]

    enum CodingKeys: String, CodingKey {
      case file, shape
      case type = "dtype"
    }
  }

  private let path: String
  private let inputs: [OutputFile.Named]
  private var taken: Set<String> = []

  /// Makes the folder where it is missing.
  ///
  /// - Parameter inputs: files that must not be overwritten.
  init(path: String, inputs: [OutputFile.Named]) throws {
    self.path = path
    self.inputs = inputs
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw CommandFailure("Cannot make the folder \(path) for the results.", exitCode: 73)
    }
  }

  /// Writes tensors and `index`, a JSON object from each name to its file, type and shape.
  mutating func write(
    _ tensors: [(name: String, tensor: Tensor)], prefix: String = "", index: String
  ) throws -> [String: File] {
    var files: [String: File] = [:]
    let names = tensors.map { unusedName(prefix + $0.name) }
    try OutputFile.requireDistinct((names + [index]).map { ("Result", "\(path)/\($0)") }, from: inputs)
    for ((name, tensor), file) in zip(tensors, names) {
      try NPYFile.write(tensor, to: "\(path)/\(file)")
      files[name] = File(file: file, type: tensor.elementType, shape: tensor.shape.dims)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { try encoder.encode(files).write(to: URL(fileURLWithPath: "\(path)/\(index)"), options: .atomic) } catch {
      throw CommandFailure("Cannot write \(path)/\(index).", exitCode: 73)
    }
    return files
  }

  /// A file name for a tensor's name; characters that file names should not have become underscores.
  private mutating func unusedName(_ name: String) -> String {
    let allowed = "0123456789._-"
    let stem = String(
      name.unicodeScalars.prefix(120).map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || allowed.unicodeScalars.contains(scalar))
          ? Character(scalar) : "_"
      })
    var file = stem + ".npy"
    var number = 2
    while !taken.insert(file).inserted {
      file = "\(stem).\(number).npy"
      number += 1
    }
    return file
  }
}
