import NumericFormats

/// The ranges that calibration chose for a model, to use them again: what `assay calibrate` writes and `--calibration` reads.
public struct CalibrationFile: VersionedDocument, Hashable {
  /// What the document calls itself.
  public static let formatName = "assay-calibration"
  /// The version that this build writes.
  public static let currentVersion = 1
  /// What it is, for messages.
  public static let kind = "a calibration file"
  /// A tensor takes about 100 bytes.
  public static let sizeLimit = 4 << 20

  /// ``formatName``.
  public var format: String
  /// The version of the document.
  public var version: Int
  /// The workload's name.
  public var model: String
  /// The SHA-256 of the model's parameters, in hexadecimal.
  public var parametersSHA256: String
  /// How the ranges were chosen, for example `min-max`.
  public var method: String
  /// Calibration samples that were seen.
  public var samples: Int
  /// The greatest magnitude of s8 activations that ``symmetricRanges`` were chosen for.
  public var integerLimit: Int
  /// The range of each tensor that formats with scales are to hold, by its name.
  public var ranges: [String: ValueRange]
  /// Ranges from minus to plus the same magnitude, for tensors that are read as s8, where they differ from ``ranges``.
  public var symmetricRanges: [String: ValueRange]

  /// Makes a file's contents.
  public init(
    model: String, parametersSHA256: String, method: String, samples: Int, integerLimit: Int,
    ranges: [String: ValueRange], symmetricRanges: [String: ValueRange]
  ) {
    self.format = Self.formatName
    self.version = Self.currentVersion
    self.model = model
    self.parametersSHA256 = parametersSHA256
    self.method = method
    self.samples = samples
    self.integerLimit = integerLimit
    self.ranges = ranges
    self.symmetricRanges = symmetricRanges
  }

  /// What cannot be about it as a clause, or nil.
  public var problem: String? {
    guard !model.isEmpty, model.utf8.count <= 256 else { return "its `model` names none" }
    guard parametersSHA256.isSHA256 else { return "its `parametersSHA256` is no SHA-256 in hexadecimal" }
    guard !method.isEmpty, method.utf8.count <= 64 else { return "its `method` names none" }
    if let problem = RunFigure.calibrationSamples.problem(Double(samples)) {
      return "its samples cannot be: \(problem)"
    }
    guard (1...127).contains(integerLimit) else { return "its `integerLimit` must be 1 to 127" }
    guard ranges.count <= Self.tensorLimit, symmetricRanges.count <= Self.tensorLimit else {
      return "it has ranges for more than \(Self.tensorLimit) tensors"
    }
    for (name, range) in ranges.sorted(by: { $0.key < $1.key })
    where !range.isSound {
      return "the range of tensor \(name.prefix(60)) must be from a finite `least` to a finite `greatest`"
    }
    for (name, range) in symmetricRanges.sorted(by: { $0.key < $1.key })
    where !range.isSound || range.least != -range.greatest {
      return "the symmetric range of tensor \(name.prefix(60)) must be from minus to plus the same finite value"
    }
    return nil
  }

  private static let tensorLimit = 1 << 16
}

extension ValueRange {
  /// Whether both ends are finite and ordered, which decoding does not ask.
  var isSound: Bool { ValueRange(least: least, greatest: greatest) != nil }
}

extension String {
  /// Whether it is a SHA-256 in lower-case hexadecimal.
  var isSHA256: Bool {
    utf8.count == 64 && utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
