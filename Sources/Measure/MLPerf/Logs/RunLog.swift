import Foundation
import LoadGen

/// All that is known about a test when its logs are written.
public struct RunLog: Hashable, Sendable {
  /// What the test did.
  public var result: TestResult
  /// What the rules say about it.
  public var validity: Validity
  /// Responses: all of them in accuracy mode, a sample in performance mode where that was asked for.
  public var responses: [LoggedResponse]
  /// What ran the test, with its version: `Assay 1.0`.
  public var software: String
  /// What must be said beside the result: a ``Profile/label``.
  public var label: String
  /// When logging began by the wall clock, nanoseconds since 1970.
  public var startedAt: Int64
  /// When the first query could be issued by the wall clock, nanoseconds since 1970. Power meters are read from here ...
  public var powerBegin: Int64
  /// ... to here.
  public var powerEnd: Int64
  /// What the responses are worth, one line; nil where nobody says. In MLPerf's own logs ``ScoreFile`` has it.
  public var score: String?
  /// What the user should know, for example about the configuration; logged as warnings.
  public var warnings: [String]
  /// The process that ran it.
  public var process: Int32
  /// Its thread.
  public var thread: Int32

  /// Makes a log. The times of the test come from its clocks unless they are given.
  public init(
    result: TestResult, validity: Validity? = nil, responses: [LoggedResponse] = [], software: String, label: String,
    startedAt: Int64? = nil, powerBegin: Int64? = nil, powerEnd: Int64? = nil, warnings: [String] = [],
    process: Int32 = ProcessInfo.processInfo.processIdentifier, thread: Int32? = nil
  ) {
    self.result = result
    self.validity = validity ?? Validity(result)
    self.responses = responses
    self.software = software
    self.label = label
    let begin = powerBegin ?? result.clock?.begin ?? startedAt ?? 0
    self.startedAt = startedAt ?? begin
    self.powerBegin = begin
    self.powerEnd =
      powerEnd ?? begin.addingReportingOverflow(result.clock?.realtime ?? result.lastCompleted).partialValue
    self.warnings = warnings
    self.process = process
    self.thread = thread ?? process
  }

  /// Whether the logs call the result VALID: MLPerf's rules are satisfied and nothing went wrong.
  public var isValid: Bool { validity.isValid && errors.isEmpty }

  /// What went wrong, a sentence each.
  public var errors: [String] {
    let faults = result.faults
    var errors: [String] = []
    func add(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { errors.append("\(count) \(count == 1 ? one : many).") }
    }
    add(faults.failed, "sample failed", "samples failed")
    add(faults.unanswered, "sample was never answered", "samples were never answered")
    add(
      faults.duplicates, "answer came for a sample that had been answered",
      "answers came for samples that had been answered")
    add(faults.unknown, "answer names no sample of the test", "answers name no sample of the test")
    for reason in faults.reasons { errors.append("The system said: \(reason)") }
    switch result.end {
    case .overloaded: errors.append("The test ended early: too many samples waited for their answers.")
    case .silent: errors.append("The test ended early: the system stopped answering.")
    case .interrupted: errors.append("The test ended early: it was interrupted.")
    case .rule, .maxDuration, .maxQueryCount, .traceEnded, .decided: break
    }
    return errors
  }

  /// ``warnings``, and that a limit ended the test.
  var allWarnings: [String] {
    switch result.end {
    case .maxDuration: warnings + ["The greatest duration ended the test."]
    case .maxQueryCount: warnings + ["The greatest number of queries ended the test."]
    default: warnings
    }
  }
}
