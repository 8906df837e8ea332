import FoundationEssentials
import HostState

/// A roofline with what it was measured by and on: what `assay roofline --json` prints and `--from` reads.
public struct RooflineRecord: Codable, Hashable, Sendable {
  /// The version of this schema that the build writes.
  public static let currentSchemaVersion = 1
  /// The largest file that is read.
  public static let sizeLimit = 16 << 20

  /// The schema's version.
  public var schemaVersion: Int
  /// What wrote it.
  public var tool: Record.Tool
  /// Start of the measurement, ISO 8601 UTC.
  public var createdAt: String
  /// The machine.
  public var machine: MachineFingerprint
  /// The ceilings.
  public var roofline: Roofline

  /// Makes a record.
  public init(tool: Record.Tool, createdAt: String, machine: MachineFingerprint, roofline: Roofline) {
    self.schemaVersion = Self.currentSchemaVersion
    self.tool = tool
    self.createdAt = createdAt
    self.machine = machine
    self.roofline = roofline
  }

  /// Reads a record from JSON and checks its figures.
  ///
  /// - Throws: ``RecordError`` with `path` in it.
  public init(json: [UInt8], path: String) throws(RecordError) {
    guard json.count <= Self.sizeLimit else {
      throw RecordError(
        kind: .damaged, path: path,
        reason: "\(json.count) bytes are more than the \(Self.sizeLimit) that a roofline may have")
    }
    do {
      self = try JSONDecoder().decode(RooflineRecord.self, from: Data(json))
    } catch {
      throw RecordError(
        kind: .damaged, path: path, reason: "is not a roofline as `assay roofline --json` writes it")
    }
    guard (1...Self.currentSchemaVersion).contains(schemaVersion) else {
      throw RecordError(
        kind: .newer, path: path,
        reason: "has schema \(schemaVersion); this Assay reads schemas up to \(Self.currentSchemaVersion)")
    }
    if let problem = machine.problem ?? roofline.problem {
      throw RecordError(kind: .damaged, path: path, reason: problem)
    }
  }

  /// Reads a record from a file.
  ///
  /// - Throws: ``RecordError``: not found, damaged, or written by a newer Assay.
  public static func read(_ path: String) throws(RecordError) -> RooflineRecord {
    try RooflineRecord(json: RecordFile(path: path).readBytes(), path: path)
  }
}
