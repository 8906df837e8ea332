import Crypto
import Foundation
import LoadGen

extension SelfCheck {
  /// Whether summary and detail log tell the same.
  static func agreement(
    _ detail: DetailLog, _ summary: SummaryLog, _ scenario: TestScenario?, _ mode: TestMode?
  ) -> [Finding] {
    var findings: [Finding] = []
    // Of an accuracy run the summary says only whether there were errors.
    guard !detail.errors.isEmpty || summary.isWithoutErrors else {
      return [
        Finding(
          rule: .disagreement, sentence: "The summary does not say that there were no errors, as the detail log does.")
      ]
    }
    guard mode == .performance, let scenario else { return findings }
    func compare(_ name: String, _ key: String) {
      guard let told = detail[key].map(text), let shown = summary[name], told != shown else { return }
      findings.append(disagreement(name, shown, key, told))
    }
    compare("SUT name", "sut_name")
    compare("Scenario", "effective_scenario")
    compare("Mode", "effective_test_mode")
    compare("Result is", "result_validity")
    compare("Min latency (ns)", "result_min_\(scenario == .multiStream ? "query_" : "")latency_ns")
    compare("Max latency (ns)", "result_max_\(scenario == .multiStream ? "query_" : "")latency_ns")
    for name in ["Scenario", "Mode", "Result is"] where summary[name] == nil {
      findings.append(Finding(rule: .missingKey, sentence: "The summary has no line `\(name) :`."))
    }
    let (name, key) = headline(scenario)
    guard let shown = summary[name].flatMap(Double.init) else {
      return findings + [Finding(rule: .missingKey, sentence: "The summary has no line `\(name) :` with a number.")]
    }
    // The summary rounds to two decimals, or to six digits.
    if let told = detail[key]?.double, !(abs(told - shown) <= max(0.005001, abs(told) * 5.1e-6)) {
      findings.append(disagreement(name, "\(shown)", key, "\(told)"))
    }
    return findings
  }

  private static func disagreement(_ name: String, _ shown: String, _ key: String, _ told: String) -> Finding {
    Finding(
      rule: .disagreement,
      sentence: "The summary says `\(name)` is \(UserConf.shown(shown)), and the detail log says `\(key)` is "
        + "\(UserConf.shown(told)).")
  }

  private static func headline(_ scenario: TestScenario) -> (String, String) {
    switch scenario {
    case .singleStream: ("90.00 percentile latency (ns)", "result_90.00_percentile_latency_ns")
    case .multiStream: ("99.00 percentile latency (ns)", "result_99.00_percentile_per_query_latency_ns")
    case .server: ("Completed samples per second", "result_completed_samples_per_sec")
    case .offline: ("Samples per second", "result_samples_per_second")
    }
  }

  /// Accuracy mode: every sample of the library, or as many as were asked for, once.
  static func coverage(_ detail: DetailLog, _ directory: String) -> [Finding] {
    let log: AccuracyLog
    do throws(LogError) { log = try AccuracyLog(path: "\(directory)/\(MLPerfLogWriter.FileName.accuracy)") } catch {
      return [Finding(rule: .file, sentence: error.description)]
    }
    var findings: [Finding] = []
    func add(_ sentence: String) { findings.append(Finding(rule: .coverage, sentence: sentence)) }
    let distinct = Set(log.responses.map(\.index))
    // MultiStream fills the last query of a set up with samples that have been issued; their responses have to be the same.
    let isFilledUp = detail["effective_scenario"]?.text == TestScenario.multiStream.rawValue
    let repeated = isFilledUp ? contradictions(log.responses) : log.responses.count - distinct.count
    if repeated > 0 {
      add("\(repeated) responses in the accuracy log are for samples that have one already.")
    }
    if Set(log.responses.map(\.id)).count < log.responses.count {
      add("The accuracy log has the same `seq_id` more than once.")
    }
    if let asked = detail["effective_accuracy_sample_count"]?.int, distinct.count != asked {
      add("The accuracy log has responses to \(distinct.count) samples, and \(asked) were to be answered.")
    }
    let total = detail["qsl_reported_total_count"]?.int ?? .max
    if let stray = distinct.first(where: { $0 < 0 || Int($0) >= total }) {
      add("The accuracy log has a response to sample \(stray), and the library has \(total) samples.")
    }
    return findings
  }

  /// How many responses are other ones than the first to the same sample.
  private static func contradictions(_ responses: [LoggedResponse]) -> Int {
    var first: [Int32: [UInt8]] = [:]
    return responses.count { response in
      guard let old = first[response.index] else {
        first[response.index] = response.data
        return false
      }
      return old != response.data
    }
  }

  /// accuracy.txt, where there is one, holds the hash of the responses.
  static func hash(_ directory: String) -> [Finding] {
    let path = "\(directory)/\(ScoreFile.name)"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let text: String
    do throws(InputFile.ReadError) {
      text = String(decoding: try InputFile.read(path, limit: SummaryLog.sizeLimit), as: UTF8.self)
    } catch {
      return [Finding(rule: .file, sentence: "\(path): \(error.reason).")]
    }
    let told = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      line.hasPrefix("hash=") ? String(line.dropFirst(5)) : nil
    }
    guard told.count == 1, let told = told.first else {
      return [Finding(rule: .hash, sentence: "\(path) has \(told.count) lines `hash=`; it should have one.")]
    }
    do throws(LogError) {
      let found = try sha256(ofFile: "\(directory)/\(MLPerfLogWriter.FileName.accuracy)")
      guard found != told else { return [] }
      return [
        Finding(
          rule: .hash,
          sentence: "\(path) has the hash \(UserConf.shown(told)), and the accuracy log's is \(found).")
      ]
    } catch {
      return [Finding(rule: .file, sentence: error.description)]
    }
  }

  /// The SHA-256 of a file, as lower-case hexadecimal digits.
  static func sha256(ofFile path: String) throws(LogError) -> String {
    do throws(InputFile.ReadError) {
      let digest = SHA256.hash(data: try InputFile.read(path, limit: AccuracyLog.sizeLimit))
      return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    } catch {
      throw LogError(error, path: path)
    }
  }
}
