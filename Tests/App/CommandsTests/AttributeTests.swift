import AppTestSupport
import Foundation
import Harness
import ModelGraph
import NumericFormats
import ONNX
import Records
import Synchronization
import Tensors
import Testing
import Topology
import Workloads

/// Where accuracy is lost, from the models that workers measure to what the command prints.
@Suite struct AttributeTests {
  private static let small = "resnet-small"

  @Test func theCommandRecommendsAndRunTakesIt() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        [
          "attribute", Self.small, "--contract", "u8s8-vnni", "--samples", "2", "--calibration-samples", "2",
          "--threads", "1", "--output", "a.json", "--svg", "a.svg", "--json",
        ], in: folder)
      try #require(result.status == 0, "\(result.error)")
      let summary = try #require(try AssayProcess.json(result.output)["summary"] as? [String: Any])
      let nodes = try #require(summary["nodes"] as? [[String: Any]])
      let errors = nodes.compactMap { $0["error"] as? Double }
      #expect(errors.count == nodes.count && errors == errors.sorted(by: >))
      #expect(try String(contentsOf: folder.appending(path: "a.svg"), encoding: .utf8).contains("</svg>"))
      // A budget halfway is kept by a part of the nodes, which goes into a file.
      let all = try #require(summary["errorOfAll"] as? Double),
        others = try #require(summary["errorOfOthers"] as? Double)
      let shown = try AssayProcess.run(
        [
          "attribute", "--from", "a.json", "--max-error", "\((all + others) / 2)", "--assignment", "m.json",
        ], in: folder)
      #expect(shown.status == 0, "\(shown.error)")
      #expect(shown.output.contains("keep ") && shown.output.contains(" nodes at FP32 and lower the others"))
      let assignment = try AssayProcess.json(at: folder.appending(path: "m.json"))
      let exceptions = try #require(assignment["exceptions"] as? [String: String])
      #expect(!exceptions.isEmpty && exceptions.count < nodes.count && Set(exceptions.values) == ["fp32-fma"])
      try Self.follow("m.json", exceptions: exceptions, in: folder)
      // On other samples the part exceeds the budget: both errors are in the file, and the command says so.
      var known = try AssayProcess.json(at: folder.appending(path: "a.json"))
      let lowered = nodes.count - exceptions.count
      known["verification"] = ["loweredNodes": lowered, "samples": 2, "error": all]
      try JSONSerialization.data(withJSONObject: known).write(to: folder.appending(path: "v.json"))
      let exceeded = try AssayProcess.run(
        [
          "attribute", "--from", "v.json", "--max-error", "\((all + others) / 2)", "--assignment", "v.assignment.json",
        ], in: folder)
      #expect(exceeded.status == 1 && exceeded.error == "", "\(exceeded.error)")
      #expect(exceeded.output.contains("more than the budget"))
      let written = try AssayProcess.json(at: folder.appending(path: "v.assignment.json"))
      #expect(written["errorOnOtherSamples"] as? Double == all && written["otherSamples"] as? Int == 2)
      #expect((written["error"] as? Double ?? 1) < all && assignment["otherSamples"] == nil)
      // None does.
      let missed = try AssayProcess.run(
        ["attribute", "--from", "a.json", "--max-error", "0.0000001%", "--assignment", "n.json"], in: folder)
      #expect(missed.status == 1 && !missed.output.contains("keep "))
      #expect(
        missed.error.contains("No node of resnet-small can be lowered to u8s8-vnni within 1e-07 %: the "),
        "\(missed.error)")
      #expect(missed.error.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "n.json").path))
    }
  }

  /// A run follows the assignment where this CPU computes its contracts, and says so where it does not.
  private static func follow(_ file: String, exceptions: [String: String], in folder: URL) throws {
    let common = ["--workload", small, "--assignment", file]
    let plan = try AssayProcess.run(["plan", "--precision", "int8", "--threads", "1"] + common, in: folder)
    guard plan.status == 0 else {
      #expect(plan.status == 69 && plan.error.contains("natively here, and not u8s8-vnni"), "\(plan.error)")
      return
    }
    #expect(plan.output.contains("/assigned-"))
    let run = try AssayProcess.run(
      ["run", "--precision", "int8", "--threads", "1", "--rounds", "1", "--min-duration", "0.05", "--output", "r.json"]
        + common, in: folder)
    #expect(run.status == 0, "\(run.error)")
    let cells = try #require(try AssayProcess.json(at: folder.appending(path: "r.json"))["cells"] as? [[String: Any]])
    #expect(cells.count == 2)
    for cell in cells {
      #expect((cell["id"] as? String)?.contains("/assigned-") == true)
      let rounds = try #require(cell["rounds"] as? [[String: Any]])
      let quantisation = try #require(rounds.first?["quantisation"] as? [String: Any])
      let weights = try #require(quantisation["weights"] as? [[String: Any]]).compactMap { $0["parameter"] as? String }
      // Nodes that are kept have no scales, the others do.
      let graph = try WorkloadRegistry.workload(named: small).graph(batch: 1)
      for node in graph.nodes where node.op.isMultiplyAccumulate {
        let name = graph[node.parameters[0]].name
        #expect(weights.contains(name) == (exceptions[node.name] == nil), "\(name)")
      }
    }
    // Nobody would follow it; a node that there is not; another contract; other weights.
    let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    let node = try #require(exceptions.keys.min())
    let digest = try #require(text.firstMatch(of: /"parametersSHA256" : "([0-9a-f]{4})/))
    let changes: [(from: String, to: String, code: Int32, named: String)] = [
      ("\"\(node)\"", "\"nowhere\"", 65, "has no node nowhere"), ("\"u8s8-vnni\"", "\"u8s8\"", 65, "does not know"),
      ("\"u8s8-vnni\"", "\"bf16-truncate\"", 69, "and not bf16-truncate"),
      ("\"\(digest.1)", digest.1 == "0000" ? "\"1111" : "\"0000", 65, "whose weights differ"),
      ("\"\(small)\"", "\"bert-small\"", 65, "has no node"),
    ]
    for change in changes {
      try Data(text.replacing(change.from, with: change.to).utf8).write(to: folder.appending(path: "x.json"))
      let result = try AssayProcess.run(
        ["plan", "--workload", small, "--precision", "int8", "--assignment", "x.json"], in: folder)
      #expect(result.status == change.code && result.error.contains(change.named), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1)
    }
    let unused = try AssayProcess.run(["plan", "--precision", "fp32"] + common, in: folder)
    #expect(unused.status == 64 && unused.error.contains("add --precision int8"), "\(unused.error)")
  }

  /// Ctrl-C ends the command, not what it found; what goes on from there ends as if nothing had happened.
  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptKeepsWhatIsDoneAndSaysHowToResume(signal: Int32) throws {
    try AssayProcess.withFolder { folder in
      let file = folder.appending(path: "a.json")
      func errors() throws -> (measured: Int, nodes: Int) {
        let nodes = try #require(try AssayProcess.json(at: file)["nodes"] as? [[String: Any]])
        return (nodes.count { $0["error"] != nil }, nodes.count)
      }
      let arguments = ["attribute", Self.small, "--samples", "64", "--calibration-samples", "2", "--threads", "1"]
      let running = try AssayProcess.start(arguments + ["--output", "a.json"], in: folder)
      #expect(running.wait { ((try? errors())?.measured ?? 0) > 0 })
      kill(running.process.processIdentifier, signal)
      let result = running.wait()
      #expect(!result.wasSignalled && result.status == 130, "\(result.error)")
      #expect(result.error.contains("Stopping; the model in progress is dropped."), "\(result.error)")
      #expect(result.error.contains("Go on with: assay attribute \(Self.small) --resume a.json\n"), "\(result.error)")
      #expect(result.output.contains("Incomplete: some models are not measured."))
      #expect(try AssayProcess.json(at: file)["status"] as? String == "incomplete")
      let (measured, nodes) = try errors()
      #expect(measured > 0 && measured < nodes)

      let resumed = try AssayProcess.run(
        ["attribute", Self.small, "--threads", "1", "--resume", "a.json", "--json"], in: folder)
      #expect(resumed.status == 0, "\(resumed.error)")
      let whole = try AssayProcess.run(arguments + ["--output", "b.json", "--json"], in: folder)
      #expect(whole.status == 0 && resumed.output == whole.output, "\(whole.error)")
    }
  }

  /// Ranges of a file are given again, and no others.
  @Test func anAttributionWithAFileOfRangesGoesOnWithIt() throws {
    try AssayProcess.withFolder { folder in
      for (name, method) in [("r", "min-max"), ("other", "percentile:99")] {
        let result = try AssayProcess.run(
          [
            "calibrate", Self.small, "--calibration-samples", "2", "--calibration-method", method, "--output",
            "\(name).json",
          ], in: folder)
        #expect(result.status == 0, "\(result.error)")
      }
      func attribute(_ arguments: String...) throws -> AssayProcess.Result {
        try AssayProcess.run(["attribute", Self.small, "--threads", "1", "--json"] + arguments, in: folder)
      }
      /// Drops the last models.
      func interrupt(_ name: String) throws {
        let file = folder.appending(path: name)
        var contents = try AssayProcess.json(at: file)
        contents["status"] = "incomplete"
        contents["cumulative"] = Array(try #require(contents["cumulative"] as? [Any]).dropLast(2))
        try JSONSerialization.data(withJSONObject: contents).write(to: file)
      }
      let whole = try attribute("--samples", "2", "--calibration", "r.json", "--output", "a.json")
      #expect(whole.status == 0, "\(whole.error)")
      try interrupt("a.json")
      let without = try attribute("--resume", "a.json")
      #expect(without.status == 64 && without.error.contains("add --calibration with that file"), "\(without.error)")
      let other = try attribute("--resume", "a.json", "--calibration", "other.json")
      #expect(other.status == 65 && other.error.contains("from another calibration file than other.json"))
      let resumed = try attribute("--resume", "a.json", "--calibration", "r.json")
      #expect(resumed.status == 0 && resumed.output == whole.output, "\(resumed.error)")

      let measured = try attribute("--samples", "2", "--calibration-samples", "2", "--output", "b.json")
      #expect(measured.status == 0, "\(measured.error)")
      try interrupt("b.json")
      let unasked = try attribute("--resume", "b.json", "--calibration", "r.json")
      #expect(unasked.status == 64 && unasked.error.contains("leave --calibration out"), "\(unasked.error)")
    }
  }

  /// Errors of different samples must not be mixed.
  @Test(arguments: [
    (begun: ["--input", "x=x.npy"], other: ["--input", "x=y.npy"]), (["--input", "x=x.npy"], ["--shape", "t=5"]),
    (["--shape", "t=5"], ["--input", "x=x.npy"]), (["--shape", "t=5"], ["--shape", "t=7"]),
  ])
  func anAttributionGoesOnWithItsSamplesOnly(begun: [String], other: [String]) throws {
    try AssayProcess.withFolder { folder in
      let product = try ONNXModel(
        irVersion: 8, opsets: ["": 17],
        graph: ONNXGraph(
          name: "g",
          inputs: [
            ONNXValueInfo(name: "x", elementType: .float32, dims: [.symbol("n"), .symbol("t"), .fixed(3)])
          ],
          outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
          initializers: [ONNXTensor(name: "w", Tensor(.float32, [3, 4], (1...12).map { 1 / Float($0) }))],
          nodes: [ONNXNode(name: "product", opType: "MatMul", inputs: ["x", "w"], outputs: ["y"])]))
      try ONNXWriter().write(product, to: folder.appending(path: "m.onnx").path)
      func write(_ name: String, from first: Float, samples: Int = 2) throws {
        let values = (0..<(samples * 15)).map { 1 / (first + Float($0)) }
        let tensor = try Tensor(.float32, Shape([samples, 5, 3]), values)
        try NPYFile.write(tensor, to: folder.appending(path: name).path)
      }
      try write("x.npy", from: 1)
      try write("y.npy", from: 2)
      func attribute(_ arguments: [String]) throws -> AssayProcess.Result {
        try AssayProcess.run(["attribute", "m.onnx", "--threads", "1", "--json"] + arguments, in: folder)
      }
      func refuses(_ arguments: [String], _ sentence: String) throws {
        let result = try attribute(arguments + ["--resume", "a.json"])
        #expect(result.status == 65 && result.error.contains(sentence), "\(result.error)")
        #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      }
      let whole = try attribute(
        begun + ["--contract", "bf16-rne-sgemm", "--samples", "2", "--output", "a.json"])
      try #require(whole.status == 0, "\(whole.error)")
      let options = begun.joined(separator: " ")
      try refuses(other, "a.json is about other samples or another file: it was begun with m.onnx \(options), ")
      let again = try attribute(begun + ["--resume", "a.json"])
      #expect(again.status == 0 && again.output == whole.output, "\(again.error)")
      // The same name, other values or fewer.
      if begun[0] == "--input" {
        try write("x.npy", from: 3)
        try refuses(begun, "a.json is about other samples")
        try write("x.npy", from: 1, samples: 1)
        try refuses(begun, "a.json is about other samples")
        try write("x.npy", from: 1)
      }
      let file = folder.appending(path: "a.json")
      var contents = try AssayProcess.json(at: file)
      contents["userModel"] = nil
      try JSONSerialization.data(withJSONObject: contents).write(to: file)
      try refuses(begun, "does not say which samples")
    }
  }

  @Test(arguments: [
    (["attribute"], 64, "Name a model"), (["attribute", "resnet50", "--contract", "u8s8"], 64, "u8s8-vnni"),
    (["attribute", "resnet50", "--contract", "fp32-fma"], 64, "computes in FP32"),
    (["attribute", "resnet51"], 64, "resnet50"), (["attribute", "resnet-small", "--samples", "0"], 64, "--samples"),
    (["attribute", "resnet-small", "--samples", "65"], 64, "64 samples"),
    (["attribute", "resnet-small", "--max-error", "x"], 64, "--max-error must be a share"),
    (["attribute", "resnet-small", "--max-error=-1"], 64, "--max-error must be a share"),
    (["attribute", "resnet-small", "--assignment", "a.json"], 64, "--max-error"),
    (["attribute", "resnet-small", "--contract", "bf16-truncate", "--calibration-samples", "3"], 64, "no ranges"),
    (["attribute", "resnet-small", "--calibration-samples", "0"], 64, "calibration"),
    (["attribute", "--from", "missing.json"], 66, "missing.json"),
    (["attribute", "--from", "missing.json", "--samples", "3"], 64, "leave --samples out"),
    (["attribute", "resnet-small", "--resume", "missing.json"], 66, "missing.json"),
    (["attribute", "resnet-small", "--resume", "missing.json", "--contract", "u8s8-vnni"], 64, "leave --contract out"),
    (["attribute", "resnet-small", "--output", "missing/x.json"], 73, "missing/x.json"),
    (["attribute", "resnet-small", "--svg", "x", "--output", "x"], 64, "one file"),
  ])
  func aWrongArgumentIsNamed(arguments: [String], code: Int, named: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(Int(result.status) == code, "\(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }
}
