import Testing

@testable import ONNX

@Suite struct ONNXErrorTests {
  @Test(arguments: [
    (ONNXError(.damaged, path: "m.onnx", "byte 7 is wrong"), "m.onnx: byte 7 is wrong.", 65),
    (ONNXError(.unsupported, "node 'a' is odd"), "Node 'a' is odd.", 69),
    (ONNXError(.notFound, "x").inFile("p"), "p: x.", 66),
    (ONNXError(.cannotWrite, path: "q", "x").inFile("p"), "q: x.", 73),
  ])
  func isOneSentence(_ error: ONNXError, _ sentence: String, _ exitCode: Int32) {
    #expect(error.description == sentence)
    #expect(error.exitCode == exitCode)
  }

  @Test func namesAreShownOnOneLineAndShortened() {
    #expect("a\u{1B}[1m\nb".quoted == "'a\u{FFFD}[1m\u{FFFD}b'")
    #expect(String(repeating: "x", count: 81).quoted == "'" + String(repeating: "x", count: 80) + "…'")
    #expect(String(repeating: "x", count: 80).quoted == "'" + String(repeating: "x", count: 80) + "'")
  }
}
