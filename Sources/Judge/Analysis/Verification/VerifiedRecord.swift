import Records

/// What came of verifying one file: what `assay verify --json` prints of it.
public struct VerifiedRecord: Codable, Hashable, Sendable {
  /// Where the record lies.
  public let path: String
  /// Whether nothing is wrong.
  public let isSound: Bool
  /// Everything that was checked; nil where the file is no record that could be.
  public let checks: [RecordCheck]?
  /// Why nothing could be checked, as a sentence; nil where it could.
  public let error: String?
  /// What the command ends with where this file is the only one: 0, 65 or 66.
  public let exitCode: Int32

  /// Reads and checks a file.
  ///
  /// - Parameters: as of ``RecordVerification/init(_:published:requiresSeal:costs:csv:)``.
  public init(
    path: String, published: PublishedFigures? = nil, requiresSeal: Bool = false, costs: CostInputs? = nil,
    csv: (Record, RunSummary) -> String
  ) {
    self.path = path
    do throws(RecordError) {
      let reading = try RecordFile(path: path).readUnchecked()
      let verification = RecordVerification(
        reading, published: published, requiresSeal: requiresSeal, costs: costs, csv: csv)
      (isSound, checks, error) = (verification.isSound, verification.checks, nil)
      exitCode = verification.isSound ? 0 : 65
    } catch {
      (isSound, checks, self.error) = (false, nil, error.description)
      exitCode = error.exitCode
    }
  }

  /// What a command that verified these files ends with: 65 where one of them was found out, else 66 where one was not found.
  public static func exitCode(of files: [VerifiedRecord]) -> Int32 {
    let codes = Set(files.map(\.exitCode))
    return codes.contains(65) ? 65 : codes.max() ?? 0
  }
}
