/// Where a user's model lies and what the user says about it: all that a process needs to load it.
public struct ModelSource: Codable, Hashable, Sendable {
  /// The path of the ONNX file.
  public var path: String
  /// Extents as `--shape` takes them, each `INPUT=1x3x224x224` or `SYMBOL=4`.
  public var shapes: [String]
  /// Files of values by input name, in `.npy`; the first dimension counts samples. Other inputs get seeded values.
  public var inputs: [String: String]
  /// The SHA-256 that the file must have, in hexadecimal; nil for any.
  public var sha256: String?

  /// Makes a description.
  public init(path: String, shapes: [String] = [], inputs: [String: String] = [:], sha256: String? = nil) {
    self.path = path
    self.shapes = shapes
    self.inputs = inputs
    self.sha256 = sha256
  }

  /// The last part of the path.
  public var fileName: String { String(path.split(separator: "/").last ?? "") }

  /// The workload's name: the file's without its extension, in the letters that names may have.
  ///
  /// A name that a built-in workload has keeps or gets the extension, so that records never mix the two.
  public var workloadName: String {
    let whole = Self.harmless(fileName)
    let dot = whole.lastIndex(of: ".").flatMap { $0 == whole.startIndex ? nil : $0 }
    let stem = dot.map { String(whole[..<$0]) } ?? whole
    let known = WorkloadRegistry.names + WorkloadRegistry.aliases.keys
    guard known.contains(where: { $0.lowercased() == stem.lowercased() }) else { return stem }
    return dot == nil ? "\(whole).onnx" : whole
  }

  /// Cell ids split at slashes, lists of names at commas; screens must not see control characters.
  private static func harmless(_ name: String) -> String {
    let kept = name.unicodeScalars.prefix(80).map { scalar -> Character in
      let isPlain =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.+".unicodeScalars.contains(scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return kept.isEmpty ? "model" : String(kept)
  }
}
