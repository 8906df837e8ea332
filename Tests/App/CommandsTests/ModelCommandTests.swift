import AppTestSupport
import Foundation
import ONNX
import Tensors
import Testing

/// The way of a model through the commands: export, inspect, explain, infer, run, resume.
@Suite struct ModelCommandTests {
  /// Exports a small workload into `folder`.
  private static func export(_ workload: String, in folder: URL) throws -> String {
    let result = try AssayProcess.run(["export-model", workload, "-o", "model.onnx"], in: folder)
    try #require(result.status == 0, "\(result.error)")
    return "model.onnx"
  }

  /// One layer: x (n, 3) times w (3, 4), the first row of w being 0, 1, 2, 3.
  private static func writeProduct(to url: URL, x: ONNXValueInfo.Dimension = .fixed(3)) throws {
    let weights = try Tensor(.float32, [3, 4], (0..<12).map { Float($0) })
    let model = ONNXModel(
      irVersion: 8, opsets: ["": 17],
      graph: ONNXGraph(
        name: "g", inputs: [ONNXValueInfo(name: "x", elementType: .float32, dims: [.symbol("n"), x])],
        outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        initializers: [ONNXTensor(name: "w", weights)],
        nodes: [
          ONNXNode(name: "product", opType: "MatMul", inputs: ["x", "w"], outputs: ["p"]),
          ONNXNode(name: "relu", opType: "Relu", inputs: ["p"], outputs: ["y"]),
        ]))
    try ONNXWriter().write(model, to: url.path)
  }

  /// A model of a hundred bytes that asks for all memory, and one that only preparing it shows to be wrong.
  private static func writeOddities(to folder: URL) throws {
    func write(_ name: String, _ dims: [Int], _ node: ONNXNode, _ constants: [ONNXTensor] = []) throws {
      let model = ONNXModel(
        irVersion: 8, opsets: ["": 17],
        graph: ONNXGraph(
          name: "g", inputs: [ONNXValueInfo(name: "x", elementType: .float32, dims: dims.map { .fixed($0) })],
          outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)], initializers: constants, nodes: [node])
      )
      try ONNXWriter().write(model, to: folder.appending(path: name).path)
    }
    try write("huge.onnx", [1 << 33], ONNXNode(name: "relu", opType: "Relu", inputs: ["x"], outputs: ["y"]))
    try write(
      "odd.onnx", [0],
      ONNXNode(
        name: "pad\u{1B}[31m", opType: "Pad", inputs: ["x", "pads"], outputs: ["y"],
        attributes: ["mode": .string("edge")]), [ONNXTensor(name: "pads", Tensor(.int64, [2], [Int64(1), 1]))])
  }

  private static func floats(_ file: URL) throws -> [Float] {
    let tensor = try NPYFile.read(path: file.path)
    return withExtendedLifetime(tensor) { Array(tensor.elements(as: Float.self)) }
  }

  @Test func anExportedModelIsTheWorkload() throws {
    try AssayProcess.withFolder { folder in
      let model = try Self.export("resnet-small", in: folder)
      let inspection = try AssayProcess.run(["inspect", model, "--json"], in: folder)
      #expect(inspection.status == 0, "\(inspection.error)")
      #expect(try !AssayProcess.json(inspection.output).isEmpty)

      // The same inputs through both.
      let own = try AssayProcess.run(["infer", "resnet-small", "--output-dir", "own"], in: folder)
      #expect(own.status == 0, "\(own.error)")
      let inputs = try AssayProcess.json(at: folder.appending(path: "own/inputs.json"))
      var arguments = ["infer", model, "--output-dir", "imported"]
      for (name, file) in inputs {
        let path = try #require((file as? [String: Any])?["file"] as? String)
        arguments += ["--input", "\(name)=own/\(path)"]
      }
      let imported = try AssayProcess.run(arguments, in: folder)
      #expect(imported.status == 0, "\(imported.error)")
      func outputs(_ name: String) throws -> [[Float]] {
        try AssayProcess.json(at: folder.appending(path: "\(name)/outputs.json")).values.map { file in
          let path = try #require((file as? [String: Any])?["file"] as? String)
          return try Self.floats(folder.appending(path: "\(name)/\(path)"))
        }
      }
      let expected = try outputs("own")
      #expect(expected.count == 1 && expected[0].contains { $0 != 0 })
      #expect(try outputs("imported") == expected)
    }
  }

  /// Ranges are the same everywhere and sums of integers exact, so INT8 does not depend on threads, nor on which engine
  /// computes what a contract says.
  @Test func int8IsTheSameForEveryThreadCountAndEngine() throws {
    try AssayProcess.withFolder { folder in
      var outputs: [String: Set<Data>] = [:]
      for (engine, threads) in [("native", "1"), ("native", "2"), ("openblas", "1"), ("openblas", "2")] {
        let result = try AssayProcess.run(
          [
            "infer", "resnet-small", "--precision", "int8", "--engine", engine, "--threads", threads,
            "--calibration-method", "mean-squared-error", "--output-dir", "out", "--json",
          ], in: folder)
        // A machine of one core has no place for two threads.
        if result.status == 64, threads == "2" { continue }
        try #require(result.status == 0, "\(result.error)")
        let report = try AssayProcess.json(result.output)
        let contract = try #require(report["contract"] as? String)
        let files = try #require(report["outputs"] as? [String: [String: Any]])
        let file = try #require(files.values.first?["file"] as? String)
        let data = try Data(contentsOf: folder.appending(path: "out/\(file)"))
        #expect(data.count > 16 * 4)
        outputs[contract, default: []].insert(data)
      }
      #expect(!outputs.isEmpty)
      for (contract, values) in outputs { #expect(values.count == 1, "\(contract)") }
    }
  }

  @Test func inferComputesAndTapsInnerTensors() throws {
    try AssayProcess.withFolder { folder in
      try Self.writeProduct(to: folder.appending(path: "m.onnx"))
      try NPYFile.write(
        Tensor(.float32, [2, 3], [Float]([1, 0, 0, -1, 0, 0])), to: folder.appending(path: "x.npy").path)
      let result = try AssayProcess.run(
        ["infer", "m.onnx", "--input", "x=x.npy", "--tap", "product", "--no-passes", "--output-dir", "out", "--json"],
        in: folder)
      #expect(result.status == 0, "\(result.error)")
      let index = try AssayProcess.json(at: folder.appending(path: "out/outputs.json"))
      func values(_ name: String) throws -> [Float] {
        let file = try #require((index[name] as? [String: Any])?["file"] as? String)
        return try Self.floats(folder.appending(path: "out/\(file)"))
      }
      #expect((index["y"] as? [String: Any])?["shape"] as? [Int] == [2, 4])
      #expect(try values("y") == [0, 1, 2, 3, 0, 0, 0, 0])
      #expect(try values("p") == [0, 1, 2, 3, 0, -1, -2, -3])
    }
  }

  /// Values that no range covers are the user's, not a fault of the program.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesWithoutARangeAreBadData(value: Float) throws {
    try AssayProcess.withFolder { folder in
      try Self.writeProduct(to: folder.appending(path: "m.onnx"))
      try NPYFile.write(
        Tensor(.float32, [1, 3], [value, value, value]), to: folder.appending(path: "x.npy").path)
      let result = try AssayProcess.run(
        ["infer", "m.onnx", "--input", "x=x.npy", "--precision", "int8", "--output-dir", "out"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.contains("Tensor x cannot be quantised: 3 of its 3 values are NaN or"), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }

  @Test func explainShowsWhatFused() throws {
    try AssayProcess.withFolder { folder in
      try Self.writeProduct(to: folder.appending(path: "m.onnx"))
      let result = try AssayProcess.run(["explain", "m.onnx"], in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("product + relu"), "\(result.output)")
    }
  }

  @Test func runMeasuresAModelAndResumesOnlyWithTheSameOne() throws {
    try AssayProcess.withFolder { folder in
      try Self.writeProduct(to: folder.appending(path: "m.onnx"), x: .symbol("k"))
      let options = ["--model", "m.onnx", "--shape", "x=1x3"]
      let result = try AssayProcess.run(
        ["run"] + options + [
          "--precision", "fp32,bf16,int8", "--threads", "1", "--rounds", "1", "--min-duration", "0.05", "--output",
          "r.json",
        ], in: folder)
      #expect(result.status == 0, "\(result.error)")
      var record = try AssayProcess.json(at: folder.appending(path: "r.json"))
      var cells = try #require(record["cells"] as? [[String: Any]])
      let ids = cells.compactMap { $0["id"] as? String }
      // What the CPU runs natively is timed too.
      let (timed, compared) = (ids.filter { $0.hasSuffix("/SingleStream") }, ids.filter { $0.hasSuffix("/fidelity") })
      #expect(timed.count + compared.count == ids.count && timed.first == "m/fp32/native/t1/b1/SingleStream")
      #expect(compared.map { $0.split(separator: "/")[1] } == ["bf16", "int8"])
      #expect(cells.allSatisfy { ($0["rounds"] as? [Any])?.count == 1 })

      // One cell is to be measured again.
      cells[1]["rounds"] = [Any]()
      record["cells"] = cells
      record["status"] = "incomplete"
      let broken = try AssayProcess.unsealed(record)
      try broken.write(to: folder.appending(path: "r.json"))
      let without = try AssayProcess.run(["run", "--resume", "r.json"], in: folder)
      #expect(without.status == 7 && without.error.contains("m.onnx"), "\(without.error)")
      // The record knows the shape.
      let resumed = try AssayProcess.run(["run", "--resume", "r.json", "--model", "m.onnx"], in: folder)
      #expect(resumed.status == 0, "\(resumed.error)")

      try broken.write(to: folder.appending(path: "r.json"))
      try Self.writeProduct(to: folder.appending(path: "m.onnx"))
      let other = try AssayProcess.run(["run", "--resume", "r.json", "--model", "m.onnx"], in: folder)
      #expect(other.status == 7 && other.error.contains("m.onnx"), "\(other.error)")
    }
  }

  /// An integer is as good an output as any, and a record knows the values it was measured with.
  @Test func runKnowsTheSamplesItMeasured() throws {
    try AssayProcess.withFolder { folder in
      let model = ONNXModel(
        irVersion: 8, opsets: ["": 17],
        graph: ONNXGraph(
          name: "g", inputs: [ONNXValueInfo(name: "x", elementType: .int64, dims: [.fixed(1), .fixed(3)])],
          outputs: [ONNXValueInfo(name: "y", elementType: .int64, dims: nil)],
          nodes: [ONNXNode(name: "double", opType: "Add", inputs: ["x", "x"], outputs: ["y"])]))
      try ONNXWriter().write(model, to: folder.appending(path: "m.onnx").path)
      func give(_ values: [Int64]) throws {
        try NPYFile.write(Tensor(.int64, [1, 3], values), to: folder.appending(path: "x.npy").path)
      }
      try give([1, 2, 3])
      let options = ["--model", "m.onnx", "--input", "x=x.npy"]
      let result = try AssayProcess.run(
        ["run"] + options + ["--threads", "1", "--rounds", "1", "--min-duration", "0.05", "--output", "r.json"],
        in: folder)
      #expect(result.status == 0, "\(result.error)")
      let same = try AssayProcess.run(["run", "--resume", "r.json"] + options, in: folder)
      #expect(same.status == 0, "\(same.error)")
      try give([1, 2, 4])
      let other = try AssayProcess.run(["run", "--resume", "r.json"] + options, in: folder)
      #expect(other.status == 7 && other.error.contains("m.onnx"), "\(other.error)")
    }
  }

  /// One sentence, the exit code, and the name that is wrong.
  @Test(arguments: [
    (["inspect", "missing.onnx"], 66, "missing.onnx"),
    (["inspect", "text.onnx"], 65, "text.onnx"),
    (["inspect"], 64, "ONNX file"),
    (["inspect", "--operators", "m.onnx"], 64, "--operators"),
    (["infer", "m.onnx", "--input", "x", "--output-dir", "out"], 64, "name=file.npy"),
    (["infer", "m.onnx", "--input", "z=x.npy", "--output-dir", "out"], 64, "z"),
    (["infer", "m.onnx", "--input", "x=x.npy", "--output-dir", "out"], 65, "x"),
    (["infer", "m.onnx", "--tap", "nothing", "--output-dir", "out"], 64, "nothing"),
    (["infer", "m.onnx", "--output-dir", "file/out"], 73, "file/out"),
    (["infer", "resnet-small", "--shape", "x=1", "--output-dir", "out"], 64, "--shape"),
    (["run", "--model", "missing.onnx"], 66, "missing.onnx"),
    (["run", "--model", "m.onnx", "--shape", "x=1x-3"], 64, "x=1x-3"),
    (["run", "--model", "m.onnx", "--shape", "x=1x4"], 64, "x"),
    (["run", "--model", "m.onnx", "--model", "m.onnx"], 64, "m"),
    (["run", "--model", "m.onnx", "--model", "n.onnx", "--shape", "x=1x3"], 64, "--shape"),
    (["run", "--shape", "x=1x3"], 64, "--model"),
    (["explain", "text.onnx"], 65, "text.onnx"),
    (["infer", "huge.onnx", "--output-dir", "out"], 65, "'x'"),
    (["infer", "odd.onnx", "--output-dir", "out"], 65, "pad"),
    (["explain", "resnet50", "--input", "x=x.npy"], 64, "--input"),
    (["export-model", "resnet51", "-o", "x.onnx"], 64, "resnet50"),
    (["export-model", "resnet-small", "-o", "missing/x.onnx"], 73, "missing/x.onnx"),
  ])
  func aWrongModelOrArgumentIsNamed(arguments: [String], code: Int, named: String) throws {
    try AssayProcess.withFolder { folder in
      try Self.writeProduct(to: folder.appending(path: "m.onnx"))
      try Self.writeOddities(to: folder)
      try Data("This is no model.".utf8).write(to: folder.appending(path: "text.onnx"))
      try Data().write(to: folder.appending(path: "file"))
      try NPYFile.write(Tensor(.float64, [1, 3], [1.0, 2, 3]), to: folder.appending(path: "x.npy").path)
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(!result.wasSignalled)
      #expect(Int(result.status) == code, "\(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.output == "")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }
}
