import Foundation
import Subprocess
import SystemPackage

/// A process whose streams go to a file, with a bound on its time.
struct LoggedProcess: Sendable {
  /// The program and its arguments.
  let words: [String]
  /// Where it runs; nil for the current folder.
  var folder: String?
  /// Variables over the inherited ones.
  var variables: [String: String] = [:]
  /// The file that takes what it says.
  let log: String
  /// Seconds after which it is stopped.
  let timeout: Double

  /// How it ended.
  enum End: Hashable, Sendable {
    /// By itself, with this code.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)
    /// It was stopped after its time.
    case timedOut
    /// There is no such program, or it cannot be run.
    case notStarted(String)
  }

  /// Runs it to its end; cancelling the task stops it.
  ///
  /// - Throws: ``TrialError`` where the log cannot be written; `CancellationError`.
  func run() async throws -> End {
    guard let program = words.first else { return .notStarted("no program is named") }
    let output: FileDescriptor
    do {
      output = try FileDescriptor.open(
        FilePath(log), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite])
    } catch {
      throw TrialError("Cannot write \(log): \(error).", exitCode: 73)
    }
    defer { try? output.close() }
    var options = PlatformOptions()
    // An `assay run` that is asked to stop ends its workers first.
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(3))]
    // Scripts start processes of their own, which would go on measuring beside what is measured next.
    options.processGroupID = 0
    let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
    let environment = Environment.inherit.updating(
      Dictionary(uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0.key), $0.value) }))
    let (arguments, folder) = (Arguments(Array(words.dropFirst())), folder.map { FilePath($0) })
    let task = Task { [options] in
      try await Subprocess.run(
        executable, arguments: arguments, environment: environment, workingDirectory: folder, platformOptions: options,
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(output, closeAfterSpawningProcess: false)
      ).terminationStatus
    }
    let watchdog = Task { [timeout] in
      try await Task.sleep(for: .seconds(timeout))
      task.cancel()
    }
    defer { watchdog.cancel() }
    do {
      let status = try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
      try Task.checkCancellation()
      if task.isCancelled { return .timedOut }
      return switch status {
      case .exited(let code): .exited(code)
      case .signaled(let number): .signalled(number)
      }
    } catch {
      try Task.checkCancellation()
      return task.isCancelled ? .timedOut : .notStarted("\(error)")
    }
  }

  /// The end of the log, which may be large and hold anything.
  private var tail: Data {
    guard let file = FileHandle(forReadingAtPath: log), let end = try? file.seekToEnd() else { return Data() }
    try? file.seek(toOffset: end - min(end, 8192))
    return (try? file.readToEnd()) ?? Data()
  }

  /// The last lines of the log that say something, for messages.
  var lastWords: String {
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline).filter {
      !$0.allSatisfy(\.isWhitespace)
    }.suffix(3)
    return lines.isEmpty ? "It said nothing." : "It said: \(lines.joined(separator: " / ").prefix(600))"
  }
}
