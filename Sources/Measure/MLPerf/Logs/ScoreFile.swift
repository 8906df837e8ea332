import LoadGen

/// `accuracy.txt` of an accuracy run: a line with the score, and the hash of the responses that have it.
public enum ScoreFile {
  /// The file's name.
  public static let name = "accuracy.txt"

  /// The file.
  ///
  /// - Parameters:
  ///   - score: the line, such as `accuracy=76.4%`.
  ///   - directory: where the accuracy log is.
  public static func file(score: String, directory: String) throws(LogError) -> LogFile {
    LogFile(name: name, text: text(score: score, hash: try hash(directory)))
  }

  static func text(score: String, hash: String) -> String { "\(score)\nhash=\(hash)\n" }

  /// The hash of the responses in a directory.
  static func hash(_ directory: String) throws(LogError) -> String {
    try SelfCheck.sha256(ofFile: "\(directory)/\(MLPerfLogWriter.FileName.accuracy)")
  }

  /// The score line of what lies in a directory, and the hash beside it; nil where there is none.
  static func read(_ directory: String) -> (score: String, hash: String?)? {
    guard let bytes = try? InputFile.read("\(directory)/\(name)", limit: SummaryLog.sizeLimit) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    guard let score = lines.first(where: { !$0.hasPrefix("hash=") }) else { return nil }
    return (score, lines.first { $0.hasPrefix("hash=") }.map { String($0.dropFirst(5)) })
  }
}
