import Engines
import Foundation
import NumericFormats
import Testing

@testable import Reports

@Suite struct ExplainReportTests {
  /// Decoded, because only the engines can make assignments.
  static func assignments() throws -> [NodeAssignment] {
    let declined = #"{"implementation": "openblas:conv-1x1", "reason": "the kernel is not 1x1"}"#
    let other = #"{"implementation": "openblas:linear", "reason": "not a linear node"}"#
    let json = """
      [{"node": "conv1", "op": "convolution", "shape": [1, 64, 112, 112], "format": "fp32",
        "implementation": "openblas:im2col", "execution": "native", "declined": [\(declined)], "multiplyAccumulates": 118013952,
        "parameters": 9472, "weightBytes": 37888, "activationBytes": 3813376,
        "origins": ["conv1", "bn1", "relu"]},
       {"node": "maxpool", "op": "maxPool", "shape": [1, 64, 56, 56], "format": "fp32", "implementation": "rowwise",
        "execution": "native", "declined": [\(declined), \(other)], "multiplyAccumulates": 0, "parameters": 0, "weightBytes": 0,
        "activationBytes": 4014080, "origins": ["maxpool"]},
       {"node": "layer1.0.conv2", "op": "convolution", "shape": [1, 64, 56, 56], "format": "fp32",
        "implementation": "openblas:im2col", "execution": "native", "declined": [\(declined)], "multiplyAccumulates": 115605504,
        "parameters": 36928, "weightBytes": 147712, "activationBytes": 1605632,
        "origins": ["layer1.0.conv2"]},
       {"node": "layer1.0.conv3", "op": "convolution", "shape": [1, 256, 56, 56], "format": "fp32",
        "implementation": "openblas:conv-1x1", "execution": "native", "declined": [], "multiplyAccumulates": 51380224, "parameters": 16640,
        "weightBytes": 66560, "activationBytes": 4014080,
        "origins": ["layer1.0.conv3", "layer1.0.bn3", "add_1", "relu_3"]}]
      """
    return try JSONDecoder().decode([NodeAssignment].self, from: Data(json.utf8))
  }

  /// Nodes that say which kernel they run, and one that runs in another's step.
  static func steps() throws -> [NodeAssignment] {
    let json = """
      [{"node": "conv1", "op": "convolution", "shape": [1, 64, 112, 112], "format": "u8", "storage": "channels-last",
        "implementation": "native:convolution", "execution": "native", "declined": [],
        "multiplyAccumulates": 118013952, "parameters": 9472, "weightBytes": 9472, "activationBytes": 953344,
        "step": {"kernel": "int8_avx512_core_vnni", "algorithm": "implicit GEMM", "tiles": "6x64, 126 rows a block"},
        "origins": ["conv1", "bn1", "relu"]},
       {"node": "scores", "op": "attentionScores", "shape": [1, 12, 384, 384], "format": "fp32", "storage": "native",
        "implementation": "native:attention", "execution": "native", "declined": [], "multiplyAccumulates": 113246208,
        "parameters": 0, "weightBytes": 0, "activationBytes": 589824, "origins": ["scores"],
        "step": {"kernel": "attention_avx512_core_vnni", "algorithm": "blocks of 64 keys"}},
       {"node": "softmax", "op": "maskedSoftmax", "shape": [1, 12, 384, 384], "format": "u8", "storage": "native",
        "implementation": "native:attention", "stepOf": "scores", "execution": "native", "declined": [],
        "multiplyAccumulates": 0, "parameters": 0, "weightBytes": 0, "activationBytes": 1536, "origins": []}]
      """
    return try JSONDecoder().decode([NodeAssignment].self, from: Data(json.utf8))
  }

  @Test(arguments: [80, 120])
  func kernels(width: Int) throws {
    let report = ExplainReport(
      workload: "mixed", engine: "native", precision: .int8, execution: .native, contract: "u8s8-vnni", batch: 1,
      assignments: try Self.steps(), style: ReportStyle(width: width))
    try expectSnapshot(report.text, "explain-kernels-\(width)")
    #expect(report.text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
  }

  /// What was decoded from JSON is written as it was read, so that `--json` says of every step which nodes it computes.
  @Test func jsonSaysWhichStepComputesANode() throws {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.steps()))
    let nodes = try #require(object as? [[String: Any]])
    #expect(nodes.map { $0["stepOf"] as? String } == [nil, nil, "scores"])
    #expect((nodes[0]["step"] as? [String: String])?["tiles"] == "6x64, 126 rows a block")
    #expect(nodes[2]["step"] == nil)
  }

  @Test(arguments: [
    ([], ""), ([3], "3"), ([1, 2], "1,2"), ([1, 2, 3], "1-3"), ([1, 2, 4, 5, 6, 9], "1,2,4-6,9"), ([10, 2], "10,2"),
  ])
  func consecutiveNumbersAreOneRange(numbers: [Int], text: String) { #expect(ExplainReport.ranges(numbers) == text) }

  @Test(arguments: [80, 120])
  func nodes(width: Int) throws {
    let report = ExplainReport(
      workload: "resnet50", engine: "openblas", precision: .fp32, execution: .native, contract: "fp32-sgemm", batch: 1,
      assignments: try Self.assignments(), style: ReportStyle(width: width))
    try expectSnapshot(report.text, "explain-\(width)")
    #expect(report.text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
  }
}
