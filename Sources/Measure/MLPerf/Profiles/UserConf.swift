import LoadGen

/// Settings in LoadGen's own grammar (`user.conf`, `mlperf.conf`, `audit.config`): lines of `model.scenario.key = value`.
///
/// The model and the scenario may be `*`. Lines whose first character is `#` are comments. `=` and the value are words of
/// their own. LoadGen passes over lines that it cannot use, and takes half of others (`= 3 4` is 4, `= 010` is 8): here each of
/// them is an error that says so. The grammar, the order of lookup and the keys are those that `mlcommons-loadgen` 6.0.17
/// shows.
public struct UserConf: Hashable, Sendable {
  /// One line that sets something.
  public struct Entry: Hashable, Sendable {
    /// A benchmark or `*`.
    public let model: String
    /// A scenario or `*`.
    public let scenario: String
    /// What is set.
    public let key: String
    /// To what, as it is written.
    public let value: String
    /// The line, from 1.
    public let line: Int
  }

  /// What errors call the file.
  public let file: String
  /// The lines that set something, in their order.
  public let entries: [Entry]

  /// The largest file that is read, bytes.
  public static let sizeLimit = 1 << 20

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: The lines.
  ///   - file: What errors call it.
  public init(parsing text: String, file: String) throws(UserConfError) {
    self.file = file
    guard text.utf8.count <= Self.sizeLimit else {
      throw UserConfError(file: file, reason: "a configuration file has at most \(Self.sizeLimit) bytes")
    }
    var entries: [Entry] = []
    // "\r\n" is one character of Swift's and a new line to it.
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if let entry = try Self.entry(line, file: file, number: index + 1) { entries.append(entry) }
    }
    self.entries = entries
  }

  /// Reads a file.
  public init(contentsOf path: String) throws(UserConfError) {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: Self.sizeLimit) } catch {
      throw UserConfError(kind: error.isMissing ? .unreadable : .contents, file: path, reason: error.reason)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserConfError(file: path, reason: "it is not text in UTF-8")
    }
    try self.init(parsing: text, file: path)
  }

  /// The line that decides a key for a model and a scenario: the most specific one, where a named scenario counts more than
  /// a named model; of several alike the last.
  public func entry(for key: String, model: String, scenario: String) -> Entry? {
    for (wantedModel, wantedScenario) in [(model, scenario), ("*", scenario), (model, "*"), ("*", "*")] {
      if let found = entries.last(where: {
        $0.key == key && $0.model == wantedModel && $0.scenario == wantedScenario
      }) {
        return found
      }
    }
    return nil
  }

  private static func entry(_ line: Substring, file: String, number: Int) throws(UserConfError) -> Entry? {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first, !first.hasPrefix("#") else { return nil }
    func fault(_ reason: String) -> UserConfError { UserConfError(file: file, line: number, reason: reason) }
    guard words.count >= 2, words[1] == "=" else {
      throw fault("a line is `model.scenario.key = value` with spaces around `=`, and this one is `\(shown(line))`")
    }
    guard words.count == 3 else {
      let rest = words.count == 2 ? "no value" : "more than one value"
      throw fault("`\(shown(first))` has \(rest); write one word after `=`, and comments on lines of their own")
    }
    let parts = first.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts.contains("") else {
      throw fault("`\(shown(first))` is not `model.scenario.key`; a model or a scenario may be `*`")
    }
    guard parts[1] == "*" || TestScenario(rawValue: parts[1]) != nil else {
      let known = TestScenario.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault("no scenario is called `\(shown(parts[1]))`; there are \(known) and `*`")
    }
    guard UserConfKey(rawValue: parts[2]) != nil || UserConfKey.isThreshold(parts[2]) else {
      let known = UserConfKey.allCases.filter { $0.meaning == .setting }.map(\.rawValue).joined(separator: ", ")
      throw fault("LoadGen has no key `\(shown(parts[2]))`; it has \(known)")
    }
    return Entry(model: parts[0], scenario: parts[1], key: parts[2], value: words[2], line: number)
  }

  /// A piece of a foreign text for an error: short, and nothing that moves the cursor.
  static func shown(_ text: some StringProtocol) -> String {
    let plain = text.unicodeScalars.prefix(60).map { scalar in
      scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return plain.joined() + (text.unicodeScalars.count > 60 ? "..." : "")
  }
}
