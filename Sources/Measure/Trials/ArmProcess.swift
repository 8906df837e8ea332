import Foundation
import Records

/// Runs one arm once: a process that measures every cell for one round and leaves a record.
struct ArmProcess: Sendable {
  let arm: TrialArm
  let command: ArmCommand
  /// Where the record and what the process says go.
  let folder: String
  /// Seconds after which it is stopped.
  let timeout: Double

  /// The variable that moves stacks; nothing reads it.
  static let padding = "ASSAY_PADDING"

  /// The record of one round.
  ///
  /// - Parameter padding: bytes by which the environment is longer.
  /// - Throws: ``TrialError`` where there is none; `CancellationError`.
  func measure(padding: Int) async throws -> Record {
    let path = "\(folder)/\(arm.rawValue).json"
    try? FileManager.default.removeItem(atPath: path)
    let process = LoggedProcess(
      words: command.words(path: path), variables: [Self.padding: String(repeating: "x", count: padding)],
      log: "\(folder)/\(arm.rawValue).log", timeout: timeout)
    switch try await process.run() {
    // 1 is a run in which some cell failed; the record says which.
    case .exited(0), .exited(1): break
    case .exited(let code): throw failure("ended with exit code \(code)", process)
    case .signalled(let number): throw failure("was killed by signal \(number)", process)
    case .timedOut: throw failure("took more than \(Int(timeout)) s and was stopped", process)
    case .notStarted(let why):
      throw TrialError("The \(arm.words) cannot be started: \(command.words.first ?? "") (\(why)).", exitCode: 66)
    }
    do throws(RecordError) { return try RecordFile(path: path).read() } catch {
      throw failure("left no record that can be read (\(error.reason))", process)
    }
  }

  /// What happened and what the process said last.
  private func failure(_ what: String, _ process: LoggedProcess) -> TrialError {
    TrialError("The \(arm.words) \(what): \(command.words.joined(separator: " ")). \(process.lastWords)")
  }
}

extension TrialArm {
  /// The arm in messages.
  var words: String {
    switch self {
    case .base: "base"
    case .candidate: "candidate"
    case .null: "base, measured again,"
    }
  }
}
