/// A model that the user brought: which file it was and what was fed to it. The file's folder is nobody's business.
public struct UserModel: Codable, Hashable, Sendable {
  /// The name of the workload that it became.
  public var workload: String
  /// The file's name without its folder.
  public var file: String
  /// The SHA-256 of the file, followed by its external data where it has any, in hexadecimal.
  public var sha256: String
  /// Bytes of the file and its external data.
  public var byteCount: Int
  /// Extents as they were given, each `INPUT=1x3x224x224` or `SYMBOL=4`.
  public var shapes: [String]
  /// The inputs of one sample; of those that decide shapes, all of their file.
  public var inputs: [Input]

  /// Makes a description.
  public init(
    workload: String, file: String, sha256: String, byteCount: Int, shapes: [String], inputs: [Input]
  ) {
    self.workload = workload
    self.file = file
    self.sha256 = sha256
    self.byteCount = byteCount
    self.shapes = shapes
    self.inputs = inputs
  }

  /// An input of one sample.
  public struct Input: Codable, Hashable, Sendable {
    /// Its name in the model.
    public var name: String
    /// The type of its elements, for example `float32`.
    public var elementType: String
    /// Its extents.
    public var shape: [Int]
    /// The name of the file that the values come from; nil for seeded values.
    public var file: String?
    /// The SHA-256 of that file, in hexadecimal.
    public var sha256: String?

    /// Makes a description.
    public init(name: String, elementType: String, shape: [Int], file: String?, sha256: String?) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
      self.file = file
      self.sha256 = sha256
    }
  }

  /// The options that name the model again, files without their folders.
  public var options: String { "--model \(arguments)" }

  /// The same for commands that take the model as an argument.
  public var arguments: String {
    ([Self.word(file)] + shapes.map { "--shape \(Self.word($0))" } + inputOptions).joined(separator: " ")
  }

  /// The options that complete a record of the model, which knows the shapes; files without their folders.
  public var resumeOptions: String { (["--model \(Self.word(file))"] + inputOptions).joined(separator: " ") }

  private var inputOptions: [String] {
    inputs.compactMap { input in input.file.map { "--input \(Self.word("\(input.name)=\($0)"))" } }
  }

  /// A word of a shell's command line.
  public static func word(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.=:/+,".unicodeScalars.contains(scalar)
    }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }

  /// The most models of one run.
  static let limit = 64

  /// What cannot be, or nil.
  var problem: String? {
    let digits = sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard digits, sha256.utf8.count == 64 else { return "the SHA-256 of the model `\(workload)` is not 64 digits" }
    guard byteCount >= 0, inputs.allSatisfy({ $0.shape.allSatisfy { $0 >= 0 } }) else {
      return "a size of the model `\(workload)` is negative"
    }
    return nil
  }
}
