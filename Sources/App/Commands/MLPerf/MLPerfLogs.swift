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
        LatencyFile.name,
      ]
    case .json: [JSONLogWriter.fileName, LatencyFile.name]
    }
  }

  /// Writes the logs and reads MLPerf's back.
  ///
  /// - Returns: why the logs cannot be believed; nothing where they can, or are not of MLPerf's kind.
  func write(_ outcome: TestBench.Outcome, label: String) throws -> [SelfCheck.Finding] {
    let log = RunLog(
      result: outcome.result, responses: outcome.responses, software: "Assay \(AssayVersion.current)", label: label)
    let files = try format.writer.files(of: log) + [LatencyFile(outcome.latencies).file]
    do throws(LogFolderError) { try LogFolder(path: path).write(files, replacing: overwrite) } catch {
      throw CommandFailure(error.description, exitCode: 73)
    }
    return format == .mlperf ? SelfCheck(directory: path).findings : []
  }
}
