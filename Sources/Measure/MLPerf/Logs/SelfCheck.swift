import Crypto
import Foundation
import LoadGen

/// Looks for reasons not to believe a log directory: errors, drifting clocks, an INVALID result, missing or doubled keys,
/// files that contradict each other.
public struct SelfCheck: Sendable {
  /// One reason to refuse it.
  public struct Finding: Codable, Hashable, Sendable {
    /// The rule.
    public let rule: Rule
    /// What is wrong, as a sentence.
    public let sentence: String
  }

  /// What is looked for.
  public enum Rule: String, Codable, CaseIterable, Hashable, Sendable {
    /// A file is not there or cannot be read.
    case file
    /// The test had errors.
    case errors
    /// Clocks disagree about how long it took.
    case clock
    /// The result is INVALID.
    case validity
    /// A key is missing.
    case missingKey
    /// A key is there twice.
    case duplicateKey
    /// The responses do not cover every sample once.
    case coverage
    /// Summary and detail log disagree.
    case disagreement
    /// accuracy.txt has no hash of the responses, or another one.
    case hash
  }

  /// The directory.
  public let directory: String
  /// The scenario of the test; nil where that cannot be read.
  public let scenario: TestScenario?
  /// The mode of the test; nil where that cannot be read.
  public let mode: TestMode?
  /// Everything that was found.
  public let findings: [Finding]

  /// Whether nothing was found.
  public var isAccepted: Bool { findings.isEmpty }

  /// How far clocks may be apart, as a share of the test's time: twice what a time server's correction may be (500 ppm).
  public static let driftShare = 0.001
  /// And how far in any case, nanoseconds: reading two clocks takes time.
  public static let driftFloor = 10_000_000.0

  /// The scenario that a directory's detail log tells; nil where it tells none.
  public static func scenario(of directory: String) -> TestScenario? {
    (try? DetailLog(path: "\(directory)/\(MLPerfLogWriter.FileName.detail)"))?["effective_scenario"]?.text.flatMap(
      TestScenario.init)
  }

  /// Reads the directory and checks it.
  public init(directory: String) {
    self.directory = directory
    var findings: [Finding] = []
    var detail: DetailLog?
    do throws(LogError) { detail = try DetailLog(path: "\(directory)/\(MLPerfLogWriter.FileName.detail)") } catch {
      findings.append(Finding(rule: .file, sentence: error.description))
    }
    var summary: SummaryLog?
    do throws(LogError) { summary = try SummaryLog(path: "\(directory)/\(MLPerfLogWriter.FileName.summary)") } catch {
      findings.append(Finding(rule: .file, sentence: error.description))
    }
    scenario = detail?["effective_scenario"]?.text.flatMap(TestScenario.init)
    mode = detail?["effective_test_mode"]?.text.flatMap(TestMode.init)
    if let detail {
      findings += Self.events(detail)
      if let scenario, let mode { findings += Self.keys(detail, scenario, mode) }
      if mode == .performance { findings += Self.verdict(detail) }
      if let summary { findings += Self.agreement(detail, summary, scenario, mode) }
      if mode == .accuracy { findings += Self.coverage(detail, directory) }
    }
    findings += Self.hash(directory)
    self.findings = findings
  }
}
