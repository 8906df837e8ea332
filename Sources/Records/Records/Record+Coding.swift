extension Record {
  /// The record as JSON with its seal: one line, keys sorted, ended by a line feed. Equal records give equal bytes.
  ///
  /// - Throws: ``RecordError`` of kind `damaged` where a figure is not finite or contradicts another.
  public func encoded(path: String = "record") throws(RecordError) -> [UInt8] {
    try validate(path: path)
    do {
      let text = try JSONText(JSONTextEncoder.encode(self))
      return try Seal(of: text).embedded(in: text) + [UInt8(ascii: "\n")]
    } catch {
      throw RecordError(kind: .damaged, path: path, reason: "the record cannot be written as JSON: \(error)")
    }
  }

  /// Reads a record from JSON and checks that its figures agree with each other; its seal is not looked at.
  ///
  /// - Throws: ``RecordError``, with `path` in it, that says where the text or the figures are wrong.
  public init(json: [UInt8], path: String = "record") throws(RecordError) {
    try self.init(text: JSONText(record: json, path: path), path: path)
    try validate(path: path)
  }

  /// Decodes a record whose figures may contradict each other.
  init(text: JSONText, path: String) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    do {
      if let format = try? JSONTextDecoder.decode(FormatOnly.self, from: text).format,
        let use = Self.use(of: format, at: path)
      {
        throw damaged(use)
      }
      let version = try JSONTextDecoder.decode(VersionOnly.self, from: text).schemaVersion
      guard version <= Self.currentSchemaVersion else {
        throw RecordError(
          kind: .newer, path: path,
          reason:
            "written by a newer Assay (schema \(version)); this one reads schemas up to \(Self.currentSchemaVersion)")
      }
      guard version >= 1 else { throw damaged("schema \(version) does not exist; the first is 1") }
      self = try JSONTextDecoder.decode(Record.self, from: text)
    } catch let error as RecordError {
      throw error
    } catch let error as DecodingError {
      throw damaged(error.place(in: text.bytes))
    } catch {
      throw damaged("cannot be read as JSON: \(error)")
    }
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
    case Trial.formatName:
      "is \(Trial.kind), not a record; judge it with assay gate --from \(path), and compare it with assay compare --from"
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

extension JSONText {
  /// Reads the text of a record.
  ///
  /// - Throws: ``RecordError`` of kind `damaged`, with `path` in it.
  convenience init(record json: [UInt8], path: String) throws(RecordError) {
    do { try self.init(json) } catch {
      let reason =
        json.isEmpty
        ? "the file is empty; a record is a JSON object"
        : "not a whole JSON document (\(json.count) bytes): at byte \(error.offset), \(error.reason)"
      throw RecordError(kind: .damaged, path: path, reason: reason)
    }
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
    case .dataCorrupted(let context):
      return "\(Self.name(context.codingPath)) is damaged: \(Self.oneLine(context.debugDescription))"
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
