import Foundation
import LoadGen

extension SubmissionTree {
  /// The fields of measurements.json.
  public static let measurementFields = [
    "input_data_types", "retraining", "starting_weights_filename", "weight_data_types", "weight_transformations",
  ]

  static func measurements(_ given: [String: String]) -> String {
    let lines = measurementFields.map { "  \(JSONText.string($0)): \(JSONText.string(given[$0] ?? "N/A"))" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  /// The score and the hash of the responses. What the user gives goes over what lies beside the log, and what lies there counts
  /// only for the responses that it was made of.
  func accuracyText(_ directory: String, _ score: String?) throws(PackageError) -> String {
    let hash: String
    do throws(LogError) { hash = try ScoreFile.hash(directory) } catch {
      throw PackageError(code: .missing, reason: "\(error.path): \(error.reason)")
    }
    if let score {
      guard !score.contains(where: \.isNewline) else {
        throw PackageError(code: .usage, reason: "The score is to be one line, such as accuracy=76.4%")
      }
      return ScoreFile.text(score: score, hash: hash)
    }
    guard let old = ScoreFile.read(directory) else {
      throw PackageError(
        code: .badData,
        reason: "\(directory) has no accuracy.txt with a score line; give one with --score, such as accuracy=76.4%")
    }
    guard old.hash == nil || old.hash == hash else {
      throw PackageError(
        code: .badData,
        reason: "The score in \(directory)/\(ScoreFile.name) is of other responses; give one with --score")
    }
    return ScoreFile.text(score: old.score, hash: hash)
  }

  /// The user's file, or what the log says was asked for, in its grammar.
  func userConf(_ detail: DetailLog, _ scenario: TestScenario, _ additions: Additions) throws(PackageError) -> String {
    if let given = additions.userConf {
      let text = String(decoding: given, as: UTF8.self)
      do throws(UserConfError) { _ = try UserConf(parsing: text, file: "user.conf") } catch {
        throw PackageError(code: .badData, reason: "\(error.file):\(error.line): \(error.reason)")
      }
      return text
    }
    var lines = ["# What the test was asked for, from its log."]
    func add(_ key: String, _ value: String?) {
      if let value { lines.append("\(benchmark).\(scenario.rawValue).\(key) = \(value)") }
    }
    func whole(_ key: String, over scale: Int = 1) -> String? {
      detail[key]?.int.flatMap { $0 > 0 ? "\($0 / scale)" : nil }
    }
    switch scenario {
    case .server:
      add("target_qps", detail["requested_server_target_qps"]?.double.map(JSONText.number))
      add("target_latency", whole("requested_server_target_latency_ns", over: 1_000_000))
    case .offline:
      add("target_qps", detail["requested_offline_expected_qps"]?.double.flatMap { $0 > 0 ? JSONText.number($0) : nil })
    case .singleStream, .multiStream: break
    }
    add("min_duration", whole("requested_min_duration_ms"))
    add("max_duration", whole("requested_max_duration_ms"))
    add("min_query_count", whole("requested_min_query_count"))
    add("performance_sample_count_override", whole("requested_performance_sample_count_override"))
    return lines.joined(separator: "\n") + "\n"
  }

  func readme(_ detail: DetailLog, _ scenario: TestScenario) -> String {
    """
    # \(benchmark), \(scenario.rawValue)

    \(detail["assay_label"]?.text ?? "MLPerf-like, unofficial"). The logs were written by \
    \(detail["loadgen_version"]?.text ?? "an unknown load generator"), not by MLCommons' LoadGen.

    System under test: \(UserConf.shown(detail["sut_name"]?.text ?? "unknown"))

    """
  }
}
