import Foundation
import LoadGen

/// A submission in the layout of MLPerf Inference's Open division, made of log directories that the self-check accepts.
///
/// Layout: the submission checker of v6.0, `open/<submitter>/{systems, src, results/<system>/<benchmark>/<scenario>}`.
public struct SubmissionTree: Sendable {
  /// Who submits.
  public let submitter: String
  /// What the system is called.
  public let system: String
  /// The benchmark.
  public let benchmark: String
  private(set) var files: [File] = []
  private let description: SystemDescription

  /// A file of the tree.
  struct File: Sendable {
    let path: String
    let source: Source

    enum Source: Sendable {
      case text(String)
      case copy(String)
    }
  }

  /// What the user adds to the logs.
  public struct Additions: Sendable {
    /// `user.conf`; nil to write one from the logs.
    public var userConf: [UInt8]?
    /// The score line of accuracy.txt, for accuracy logs without one: `accuracy=76.4%`.
    public var score: String?
    /// The five fields of measurements.json, as far as they are known.
    public var measurements: [String: String] = [:]
    /// Whether logs that are refused are taken all the same.
    public var isForced = false

    /// Makes no additions.
    public init() {}
  }

  /// Starts a tree.
  ///
  /// - Throws: ``PackageError`` for names that cannot name folders.
  public init(submitter: String, system: String, benchmark: String, description: SystemDescription) throws(PackageError)
  {
    self.submitter = try SafeName.checked(submitter, "The submitter")
    self.system = try SafeName.checked(system, "The system")
    self.benchmark = try SafeName.checked(benchmark, "The benchmark")
    self.description = description
    files.append(File(path: "\(root)/systems/\(system).json", source: .text(description.json)))
    files.append(
      File(
        path: "\(root)/src/README.md",
        source: .text("The tests were run by \(description.values["framework"] ?? "Assay"), a benchmark harness.\n")))
  }

  private var root: String { "open/\(submitter)" }

  /// Adds the logs of one scenario.
  ///
  /// - Parameters:
  ///   - performance: A directory with the logs of a performance run.
  ///   - accuracy: A directory with those of an accuracy run of the same scenario.
  /// - Throws: ``PackageError`` where the logs are refused, of other modes, or of different scenarios.
  public mutating func add(performance: String, accuracy: String, _ additions: Additions) throws(PackageError) {
    let scenario = try check(performance, .performance, additions)
    guard try check(accuracy, .accuracy, additions) == scenario else {
      throw PackageError(
        code: .badData, reason: "\(accuracy) is not of the scenario \(scenario.rawValue) that \(performance) is of")
    }
    let folder = "\(root)/results/\(system)/\(benchmark)/\(scenario.rawValue)"
    guard !files.contains(where: { $0.path.hasPrefix("\(folder)/") }) else {
      throw PackageError(code: .usage, reason: "There are two performance runs of the scenario \(scenario.rawValue)")
    }
    let detail: DetailLog
    do { detail = try DetailLog(path: "\(performance)/\(MLPerfLogWriter.FileName.detail)") } catch {
      throw PackageError(code: .badData, reason: "\(error)")
    }
    for key in ["sut_name", "qsl_name"] {
      let (left, right) = (
        detail[key]?.text, (try? DetailLog(path: "\(accuracy)/\(MLPerfLogWriter.FileName.detail)"))?[key]?.text
      )
      guard left == right || additions.isForced else {
        throw PackageError(
          code: .badData,
          reason:
            "\(performance) and \(accuracy) are of different systems: `\(key)` is `\(left ?? "")` and `\(right ?? "")`")
      }
    }
    let logs = [MLPerfLogWriter.FileName.summary, MLPerfLogWriter.FileName.detail, MLPerfLogWriter.FileName.accuracy]
    for name in logs {
      files.append(File(path: "\(folder)/performance/run_1/\(name)", source: .copy("\(performance)/\(name)")))
      files.append(File(path: "\(folder)/accuracy/\(name)", source: .copy("\(accuracy)/\(name)")))
    }
    files.append(
      File(path: "\(folder)/accuracy/\(ScoreFile.name)", source: .text(try accuracyText(accuracy, additions.score))))
    files.append(File(path: "\(folder)/user.conf", source: .text(try userConf(detail, scenario, additions))))
    files.append(File(path: "\(folder)/measurements.json", source: .text(Self.measurements(additions.measurements))))
    files.append(File(path: "\(folder)/README.md", source: .text(readme(detail, scenario))))
  }

  /// The scenario of a directory that may be taken.
  private func check(_ directory: String, _ mode: TestMode, _ additions: Additions) throws(PackageError) -> TestScenario
  {
    let check = SelfCheck(directory: directory)
    guard let scenario = check.scenario, check.mode == mode else {
      let reason = check.findings.first { $0.rule == .file }?.sentence
      throw PackageError(
        code: reason == nil ? .badData : .missing,
        reason: "\(directory) has no logs of MLPerf's \(mode.rawValue)\(reason.map { ": \(Self.clause($0))" } ?? "")")
    }
    guard check.isAccepted || additions.isForced else {
      let sentences = check.findings.prefix(3).map(\.sentence).joined(separator: " ")
      throw PackageError(
        code: .badData, reason: "The logs in \(directory) are refused: \(Self.clause(sentences))")
    }
    return scenario
  }

  private static func clause(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }
}
