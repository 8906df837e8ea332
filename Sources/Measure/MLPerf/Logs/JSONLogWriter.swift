import Foundation
import LoadGen

/// One JSON document with everything: settings, raw counts and times, the verdict line by line, and the responses.
public struct JSONLogWriter: RunLogWriter {
  /// What options call it.
  public static let name = "json"
  /// The file.
  public static let fileName = "run.json"

  /// Makes a writer.
  public init() {}

  /// The files that a test gives.
  public func files(of log: RunLog) throws -> [LogFile] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = String(decoding: try encoder.encode(Document(log)), as: UTF8.self)
    return [LogFile(name: Self.fileName, text: text + "\n")]
  }

  private struct Document: Encodable {
    let format = "assay-mlperf-run"
    let version = 2
    let software: String
    let label: String
    let startedAt: String
    let powerBegin: String
    let powerEnd: String
    let isValid: Bool
    let errors: [String]
    let warnings: [String]
    let result: TestResult
    let validity: Validity
    let score: String?
    let responses: [Response]

    struct Response: Encodable {
      let sequence: UInt64
      let sample: Int32
      let data: String
    }

    init(_ log: RunLog) {
      software = log.software
      label = log.label
      startedAt = LogStamp.datetime(log.startedAt)
      powerBegin = LogStamp.power(log.powerBegin)
      powerEnd = LogStamp.power(log.powerEnd)
      isValid = log.isValid
      errors = log.errors
      warnings = log.allWarnings
      result = log.result
      validity = log.validity
      score = log.score
      responses = log.responses.map { Response(sequence: $0.id, sample: $0.index, data: Self.hex($0.data)) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
  }
}
