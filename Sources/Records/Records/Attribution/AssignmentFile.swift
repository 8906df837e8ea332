/// Which contract each node of a model follows, to run it so: what `assay attribute` recommends and `assay run --assignment`
/// takes.
public struct AssignmentFile: VersionedDocument, Hashable {
  /// What the document calls itself.
  public static let formatName = "assay-assignment"
  /// The version that this build writes.
  public static let currentVersion = 1
  /// What it is, for messages.
  public static let kind = "an assignment"
  /// A node takes about 100 bytes.
  public static let sizeLimit = 4 << 20

  /// ``formatName``.
  public var format: String
  /// The version of the document.
  public var version: Int
  /// The workload's name.
  public var model: String
  /// The SHA-256 of the model's parameters, in hexadecimal.
  public var parametersSHA256: String
  /// The contract of all nodes that are no exceptions.
  public var contract: String
  /// Contracts of other nodes that multiply, by the node's name.
  public var exceptions: [String: String]
  /// What was asked for when it was chosen, the largest relative error; nil where a person wrote it.
  public var maxError: Double?
  /// What was measured when it was chosen, on the samples that chose it; nil where a person wrote it.
  public var error: Double?
  /// Over how many samples; nil where a person wrote it.
  public var samples: Int?
  /// What was measured on samples that chose nothing; nil where that was not done.
  public var errorOnOtherSamples: Double?
  /// Over how many such samples; nil where that was not done.
  public var otherSamples: Int?

  /// Makes an assignment.
  public init(
    model: String, parametersSHA256: String, contract: String, exceptions: [String: String], maxError: Double? = nil,
    error: Double? = nil, samples: Int? = nil, errorOnOtherSamples: Double? = nil, otherSamples: Int? = nil
  ) {
    self.format = Self.formatName
    self.version = Self.currentVersion
    self.model = model
    self.parametersSHA256 = parametersSHA256
    self.contract = contract
    self.exceptions = exceptions
    self.maxError = maxError
    self.error = error
    self.samples = samples
    self.errorOnOtherSamples = errorOnOtherSamples
    self.otherSamples = otherSamples
  }

  /// What cannot be about it as a clause, or nil.
  public var problem: String? {
    guard !model.isEmpty, model.utf8.count <= 256 else { return "its `model` names none" }
    guard parametersSHA256.isSHA256 else { return "its `parametersSHA256` is no SHA-256 in hexadecimal" }
    guard !contract.isEmpty, contract.utf8.count <= 64 else { return "its `contract` names none" }
    guard exceptions.count <= 1 << 16 else { return "it has more than 65536 exceptions" }
    guard exceptions.values.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 64 }) else {
      return "an exception names no contract"
    }
    let figures = [maxError, error, errorOnOtherSamples].compactMap(\.self)
    guard figures.allSatisfy({ $0.isFinite && $0 >= 0 }), (samples ?? 1) >= 1, (otherSamples ?? 1) >= 1 else {
      return "its errors or its samples cannot be"
    }
    return nil
  }
}
