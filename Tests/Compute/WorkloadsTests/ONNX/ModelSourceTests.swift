import Foundation
import Testing
import Workloads

@Suite struct ModelSourceTests {
  @Test(arguments: [
    ("/models/net.onnx", "net.onnx", "net"), ("net.onnx", "net.onnx", "net"), ("a/b.c.onnx", "b.c.onnx", "b.c"),
    ("net", "net", "net"), (".onnx", ".onnx", ".onnx"),
    // Names of built-in workloads keep the extension.
    ("/x/resnet50.onnx", "resnet50.onnx", "resnet50.onnx"), ("BERT-Base.onnx", "BERT-Base.onnx", "BERT-Base.onnx"),
    ("./resnet50", "resnet50", "resnet50.onnx"), ("RESNET50", "RESNET50", "RESNET50.onnx"),
    // Letters that would split lists or ids, or spoil a screen.
    ("my,net v2\u{1B}.onnx", "my,net v2\u{1B}.onnx", "my-net-v2-"), ("", "", "model"),
  ])
  func namesTheWorkload(path: String, file: String, name: String) {
    #expect(ModelSource(path: path).fileName == file)
    #expect(ModelSource(path: path).workloadName == name)
  }

  @Test func survivesJSON() throws {
    let source = ModelSource(path: "/a", shapes: ["x=1"], inputs: ["x": "/b"], sha256: "00")
    #expect(try JSONDecoder().decode(ModelSource.self, from: JSONEncoder().encode(source)) == source)
  }
}
