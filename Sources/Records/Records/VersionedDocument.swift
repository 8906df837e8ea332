import FoundationEssentials

/// A JSON document of Assay's own beside records: it says what it is and of which version, and is checked when it is read.
public protocol VersionedDocument: Codable, Sendable {
  /// What `format` must say.
  static var formatName: String { get }
  /// The version that this build writes; newer ones are refused.
  static var currentVersion: Int { get }
  /// What it is, with an article, for messages.
  static var kind: String { get }
  /// The most bytes that a file of it may have.
  static var sizeLimit: Int { get }
  /// Whether its JSON is indented, for people; what holds raw samples is not.
  static var isIndented: Bool { get }

  /// ``formatName``.
  var format: String { get }
  /// The version of the document.
  var version: Int { get }

  /// What cannot be about it as a clause, or nil where nothing is.
  var problem: String? { get }
}

extension VersionedDocument {
  /// Indented, unless a kind of document says otherwise.
  public static var isIndented: Bool { true }

  /// Reads and checks a file.
  ///
  /// - Throws: ``RecordError``: not found, damaged, or written by a newer Assay.
  public init(path: String) throws(RecordError) {
    try self.init(json: DocumentFile(path: path, kind: Self.kind, sizeLimit: Self.sizeLimit).read(), path: path)
  }

  /// Reads and checks a text.
  ///
  /// - Throws: ``RecordError``, with `path` in it.
  public init(json: [UInt8], path: String) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    guard !json.isEmpty else { throw damaged("the file is empty; \(Self.kind) is a JSON object") }
    let data = Data(json)
    do {
      let head = try JSONDecoder().decode(DocumentHead.self, from: data)
      guard head.format == Self.formatName else {
        throw damaged("not \(Self.kind): its `format` must be `\(Self.formatName)`")
      }
      guard head.version <= Self.currentVersion else {
        throw RecordError(
          kind: .newer, path: path,
          reason:
            "written by a newer Assay (version \(head.version)); this one reads versions up to \(Self.currentVersion)")
      }
      guard head.version >= 1 else { throw damaged("version \(head.version) does not exist; the first is 1") }
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch let error as RecordError {
      throw error
    } catch let error as DecodingError {
      throw damaged("not \(Self.kind): \(error.place(in: json))")
    } catch {
      throw damaged("cannot be read as JSON: \(error)")
    }
    if let problem { throw damaged(problem) }
  }

  /// The document as JSON: keys sorted, ended by a line feed.
  ///
  /// - Throws: ``RecordError`` of kind `damaged` where a figure cannot be.
  public func encoded(path: String = "document") throws(RecordError) -> [UInt8] {
    if let problem { throw RecordError(kind: .damaged, path: path, reason: problem) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if Self.isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    do { return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")] } catch {
      throw RecordError(kind: .damaged, path: path, reason: "cannot be written as JSON: \(error)")
    }
  }
}

/// What every document begins with.
private struct DocumentHead: Decodable {
  let format: String
  let version: Int
}
