import Foundation
import Harness
import MLPerf

/// The folder of a test's logs: asked before the test whether it can be written, and checked after it.
struct MLPerfLogs {
  private let path: String
  private let format: MLPerfRunCommand.LogFormat
  private let overwrite: Bool

  /// Makes the folder where it is missing.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be written, or holds logs and they are not to be replaced: minutes of
  ///   testing would be lost.
  init(_ path: String, format: MLPerfRunCommand.LogFormat, overwrite: Bool) throws {
    guard !path.isEmpty else { throw CommandFailure("--output-dir needs the path of a folder.", exitCode: 64) }
    self.path = path
    self.format = format
    self.overwrite = overwrite
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw CommandFailure("Cannot make the folder \(path) for the logs.", exitCode: 73)
    }
    for name in names {
      try OutputFile("\(path)/\(name)", option: "--output-dir").requireWritable(overwrite: overwrite)
    }
  }

  private var names: [String] {
    switch format {
    case .mlperf:
      [
        MLPerfLogWriter.FileName.detail, MLPerfLogWriter.FileName.summary, MLPerfLogWriter.FileName.accuracy,
        LatencyFile.name, ScoreFile.name, PowerFile.name,
      ]
    case .json: [JSONLogWriter.fileName, LatencyFile.name, PowerFile.name]
    }
  }

  /// Writes the logs. A score and a power log that lie there are of another test, so they go.
  ///
  /// - Parameter power: `spl.txt`; nil where no power is known.
  func write(_ log: RunLog, latencies: [Int64], power: LogFile?) throws {
    let score = "\(path)/\(ScoreFile.name)"
    for file in overwrite ? [score, "\(path)/\(PowerFile.name)"] : [] where unlink(file) != 0 && errno != ENOENT {
      throw CommandFailure("\(file) cannot be removed: \(String(cString: strerror(errno))).", exitCode: 73)
    }
    try write(
      try format.writer.files(of: log) + [LatencyFile(latencies).file] + (power.map { [$0] } ?? []),
      replacing: overwrite)
  }

  /// Writes the score of the responses that were written, one line.
  func write(score: String, of log: RunLog) throws {
    switch format {
    case .mlperf: try write([try ScoreFile.file(score: score, directory: path)], replacing: overwrite)
    case .json:
      var scored = log
      scored.score = score
      try write(try format.writer.files(of: scored), replacing: true)
    }
  }

  private func write(_ files: [LogFile], replacing: Bool) throws {
    do throws(LogFolderError) { try LogFolder(path: path).write(files, replacing: replacing) } catch {
      throw CommandFailure(error.description, exitCode: 73)
    }
  }

  /// Reads MLPerf's logs back.
  ///
  /// - Returns: why they cannot be believed; nothing where they can, or are not of MLPerf's kind.
  var refusals: [SelfCheck.Finding] { format == .mlperf ? SelfCheck(directory: path).findings : [] }
}
