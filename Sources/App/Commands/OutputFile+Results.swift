import Foundation
import Records

extension OutputFile {
  /// Where results go where nobody says so.
  private static let usualFolder = "Results/local"

  /// Refuses to replace what is there unless `--overwrite` says so.
  ///
  /// - Parameter option: what gives the path, for the message.
  static func requireNew(_ path: String, option: String = "--output", overwrite: Bool) throws(CommandFailure) {
    guard !overwrite, FileManager.default.fileExists(atPath: path) else { return }
    throw CommandFailure("\(path) exists; choose another \(option), or add --overwrite to replace it.", exitCode: 73)
  }

  /// Where a command keeps what it measures: `--output`, or else a new file `Results/local/NAME-TIME.json`, which is made.
  ///
  /// - Parameters:
  ///   - output: what `option` gives.
  ///   - option: what gives the path, for messages.
  ///   - overwrite: whether `--overwrite` is given.
  ///   - name: the start of the name of a new file; what is neither letter, digit nor `-` becomes `-`.
  ///   - what: what is kept, in messages.
  static func results(
    at output: String?, option: String = "--output", overwrite: Bool, name: String, what: String
  ) throws -> String {
    if let output {
      guard !output.isEmpty else { throw CommandFailure("\(option) needs the path of a file.", exitCode: 64) }
      try requireNew(output, option: option, overwrite: overwrite)
      // Minutes are spent before anything is written.
      try OutputFile(output, option: option).requireWritable()
      return output
    }
    do {
      try FileManager.default.createDirectory(atPath: usualFolder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(
        "Cannot make the folder \(usualFolder) here for the \(what); give a writable place with \(option).",
        exitCode: 73
      )
    }
    let time = Date.now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    let stem = name.map { $0.isLetter || $0.isNumber || $0 == "-" ? String($0) : "-" }.joined()
    return try RecordFile.reserve("\(usualFolder)/\(stem)-\(time)").path
  }

  /// Removes a file that was made for results that did not come.
  static func removeEmpty(_ path: String) {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if size == 0 { try? FileManager.default.removeItem(atPath: path) }
  }
}
