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
    LogFile(name: name, text: try text(score: score, directory: directory))
  }

  static func text(score: String, directory: String) throws(LogError) -> String {
    "\(score)\nhash=\(try SelfCheck.sha256(ofFile: "\(directory)/\(MLPerfLogWriter.FileName.accuracy)"))\n"
  }
}
