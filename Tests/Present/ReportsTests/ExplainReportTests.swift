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
        "implementation": "openblas:im2col", "declined": [\(declined)], "multiplyAccumulates": 118013952,
        "parameters": 9472, "weightBytes": 37888, "activationBytes": 3813376,
        "origins": ["conv1", "bn1", "relu"]},
       {"node": "maxpool", "op": "maxPool", "shape": [1, 64, 56, 56], "format": "fp32", "implementation": "rowwise",
        "declined": [\(declined), \(other)], "multiplyAccumulates": 0, "parameters": 0, "weightBytes": 0,
        "activationBytes": 4014080, "origins": ["maxpool"]},
       {"node": "layer1.0.conv2", "op": "convolution", "shape": [1, 64, 56, 56], "format": "fp32",
        "implementation": "openblas:im2col", "declined": [\(declined)], "multiplyAccumulates": 115605504,
        "parameters": 36928, "weightBytes": 147712, "activationBytes": 1605632,
        "origins": ["layer1.0.conv2"]},
       {"node": "layer1.0.conv3", "op": "convolution", "shape": [1, 256, 56, 56], "format": "fp32",
        "implementation": "openblas:conv-1x1", "declined": [], "multiplyAccumulates": 51380224, "parameters": 16640,
        "weightBytes": 66560, "activationBytes": 4014080,
        "origins": ["layer1.0.conv3", "layer1.0.bn3", "add_1", "relu_3"]}]
      """
    return try JSONDecoder().decode([NodeAssignment].self, from: Data(json.utf8))
  }

  @Test(arguments: [80, 120])
  func nodes(width: Int) throws {
    let report = ExplainReport(
      workload: "resnet50", engine: "openblas", precision: .fp32, execution: .native, contract: "fp32-sgemm", batch: 1,
      assignments: try Self.assignments(), style: ReportStyle(width: width))
    try expectSnapshot(report.text, "explain-\(width)")
    #expect(report.text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
  }
}
