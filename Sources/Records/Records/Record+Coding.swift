import FoundationEssentials

extension Record {
  /// The record as JSON: one line, keys sorted, ended by a line feed. Equal records give equal bytes.
  ///
  /// - Throws: ``RecordError`` of kind `damaged` where a figure is not finite or contradicts another.
  public func encoded(path: String = "record") throws(RecordError) -> [UInt8] {
    try validate(path: path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      throw RecordError(kind: .damaged, path: path, reason: "the record cannot be written as JSON: \(error)")
    }
  }

  /// Reads a record from JSON and checks that its figures agree with each other.
  ///
  /// - Throws: ``RecordError``, with `path` in it, that says where the text or the figures are wrong.
  public init(json: [UInt8], path: String = "record") throws(RecordError) {
    let data = Data(json)
    let decoder = JSONDecoder()
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    do {
      if let format = try? decoder.decode(FormatOnly.self, from: data).format, let use = Self.use(of: format, at: path)
      {
        throw damaged(use)
      }
      let version = try decoder.decode(VersionOnly.self, from: data).schemaVersion
      guard version <= Self.currentSchemaVersion else {
        throw RecordError(
          kind: .newer, path: path,
          reason:
            "written by a newer Assay (schema \(version)); this one reads schemas up to \(Self.currentSchemaVersion)")
      }
      guard version >= 1 else { throw damaged("schema \(version) does not exist; the first is 1") }
      self = try decoder.decode(Record.self, from: data)
    } catch let error as RecordError {
      throw error
    } catch let error as DecodingError {
      throw damaged(error.place(in: json))
    } catch {
      throw damaged("cannot be read as JSON: \(error)")
    }
    try validate(path: path)
  }

  /// What another document of Assay's is, and which command takes it; nil where `format` is none of them.
  private static func use(of format: String, at path: String) -> String? {
    let path = UserModel.word(path)
    return switch format {
    case Attribution.formatName: "is \(Attribution.kind), not a record; show it with assay attribute --from \(path)"
    case AssignmentFile.formatName:
      "is \(AssignmentFile.kind), not a record; measure by it with assay run --assignment \(path)"
    case CalibrationFile.formatName:
      "is \(CalibrationFile.kind), not a record; measure by it with assay run --calibration \(path)"
    default: nil
    }
  }

  private struct FormatOnly: Decodable {
    let format: String
  }

  private struct VersionOnly: Decodable {
    let schemaVersion: Int
  }
}

extension DecodingError {
  /// What is wrong and where, in one phrase.
  func place(in json: [UInt8]) -> String {
    switch self {
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      if json.isEmpty { return "the file is empty; a record is a JSON object" }
      let detail = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      return "not a whole JSON document (\(json.count) bytes): \(Self.oneLine(detail))"
    case .dataCorrupted(let context): return "\(Self.name(context.codingPath)) is damaged: \(context.debugDescription)"
    case .keyNotFound(let key, let context): return "\(Self.name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context) where context.codingPath.isEmpty:
      return "the document is not a JSON object, as a record is"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(Self.name(context.codingPath)) has the wrong type: \(Self.oneLine(context.debugDescription))"
    @unknown default: return "cannot be read as JSON: \(Self.oneLine("\(self)"))"
    }
  }

  private static func name(_ path: [any CodingKey]) -> String {
    guard !path.isEmpty else { return "the document" }
    return path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }

  /// Keeps foreign wording from spilling over several lines or screens.
  private static func oneLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count <= 200 ? trimmed(line) : trimmed(String(line.prefix(200))) + " ..."
  }

  private static func trimmed(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }
}
