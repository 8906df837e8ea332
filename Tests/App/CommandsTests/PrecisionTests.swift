import AppTestSupport
import Foundation
import ONNX
import Tensors
import Testing

/// `assay precision` on small models: what lands in the record, how it goes on, what it says of budgets.
@Suite(.serialized) struct PrecisionTests {
  private static let quickOptions = [
    "--samples", "6", "--rounds", "2", "--min-duration", "0.05", "--max-warm-up", "0.1", "--output", "record.json",
  ]

  private static func cells(in folder: URL) throws -> [[String: Any]] {
    let record = try AssayProcess.json(at: folder.appending(path: "record.json"))
    return try #require(record["cells"] as? [[String: Any]])
  }

  private static func rounds(_ cell: [String: Any]) -> [[String: Any]] { cell["rounds"] as? [[String: Any]] ?? [] }

  private static func entries(_ json: String) throws -> [[String: Any]] {
    let summary = try #require(try AssayProcess.json(json)["summary"] as? [String: Any])
    let contracts = try #require(summary["contracts"] as? [[String: Any]])
    return try #require(contracts.first?["entries"] as? [[String: Any]])
  }

  /// Every family: floats in the kernels' formats and in others, blocks, integers, groups.
  private static let contracts = [
    "fp32-fma", "bf16-rne-sgemm", "vdpbf16ps", "tdpbf16ps", "fp16-fma", "fp16-fp32acc", "fp8-e4m3-fp32acc",
    "mxfp8-e4m3", "u8s8-vnni", "u8s8-maddubs", "s8s8-dot", "w4-g32-fp32acc",
  ]

  @Test func everyContractIsComparedAndTheRecordIsValid() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        ["precision", "resnet-small", "--contracts", Self.contracts.joined(separator: ","), "--json"]
          + Self.quickOptions, in: folder)
      #expect(result.status == 0, "\(result.error)")
      let cells = try Self.cells(in: folder)
      let compared = cells.filter { ($0["id"] as? String)?.contains("/emulator/") == true }
      #expect(compared.map { ($0["id"] as? String)?.split(separator: "/")[1].description } == Self.contracts)
      for cell in compared {
        let round = try #require(Self.rounds(cell).first)
        let fidelity = try #require(round["fidelity"] as? [String: Any])
        #expect(fidelity["samples"] as? Int == 6)
        #expect(round["performance"] == nil)
        let observation = try #require(round["observation"] as? [String: Any])
        #expect((observation["fp32MemoryPlan"] as? [String: Any])?["weightBytesMoved"] as? Int ?? 0 > 0)
        // Small ones are held in no BLAS library's way.
        let implementations = try #require(observation["implementations"] as? [String: Any])
        #expect(!implementations.keys.contains { $0.hasPrefix("openblas") })
      }
      // FP32 is timed wherever anything is; emulated ones never are.
      let timed = cells.filter { ($0["id"] as? String)?.hasSuffix("SingleStream") == true }
      #expect(timed.contains { ($0["id"] as? String)?.hasPrefix("resnet-small/fp32/native/") == true })
      #expect(timed.allSatisfy { Self.rounds($0).count == 2 })

      let entries = try Self.entries(result.output)
      func entry(_ name: String) throws -> [String: Any] {
        try #require(entries.first { $0["contract"] as? String == name }, "\(name)")
      }
      func error(_ name: String) throws -> Double { try #require(entry(name)["relativeError"] as? Double) }
      #expect(try error("fp32-fma") == 0)
      // More digits, less error: 8 bits of significand against 4, and against 11.
      #expect(try error("fp16-fp32acc") < error("vdpbf16ps"))
      #expect(try error("vdpbf16ps") < error("fp8-e4m3-fp32acc"))
      // The same roundings of operands, other orders of sums.
      #expect(try abs(error("vdpbf16ps") - error("bf16-rne-sgemm")) < 0.2 * error("vdpbf16ps"))
      for name in Self.contracts.dropFirst() {
        let share = try #require(entry(name)["byteShare"] as? Double)
        #expect(share > 0.1 && share < 1, "\(name)")
        let error = try error(name)
        #expect(error > 0 && error < 0.7, "\(name)")
      }
      #expect(try AssayProcess.isValidRecord(folder.appending(path: "record.json")))

      // The same figures again from the record, and a picture.
      let shown = try AssayProcess.run(["show", "record.json", "--json", "--svg", "x.svg"], in: folder)
      #expect(shown.status == 0, "\(shown.error)")
      #expect(try Self.entries(shown.output) as NSArray == entries as NSArray)
      let picture = try String(contentsOf: folder.appending(path: "x.svg"), encoding: .utf8)
      #expect(picture.hasPrefix("<svg") && picture.contains("s8s8-dot"))
    }
  }

  @Test func whatIsMissingIsCompletedWithTheSameBits() throws {
    try AssayProcess.withFolder { folder in
      let made = try AssayProcess.run(
        [
          "precision", "minilm-small", "--contracts", "vdpbf16ps,u8s8-vnni,mxint8", "--no-speed", "--samples",
          "4",
        ]
          + ["--output", "record.json"], in: folder)
      #expect(made.status == 0, "\(made.error)")
      let file = folder.appending(path: "record.json")
      var record = try AssayProcess.json(at: file)
      let before = try Self.cells(in: folder)
      var cells = before
      for index in [0, 2] { cells[index]["rounds"] = [[String: Any]]() }
      record["cells"] = cells
      record["status"] = "incomplete"
      try AssayProcess.unsealed(record).write(to: file)
      let resumed = try AssayProcess.run(["precision", "--resume", "record.json"], in: folder)
      #expect(resumed.status == 0, "\(resumed.error)")
      for (old, new) in zip(before, try Self.cells(in: folder)) {
        let (ours, theirs) = (Self.rounds(new), Self.rounds(old))
        #expect(ours.count == 1)
        #expect(ours[0]["fidelity"] as? NSDictionary == theirs[0]["fidelity"] as? NSDictionary)
      }
      let refused = try AssayProcess.run(["precision", "minilm-small", "--resume", "record.json"], in: folder)
      #expect(refused.status == 64)
    }
  }

  @Test(arguments: [("100%", 0, "the smallest format with error at most 100.0 %"), ("1e-9", 1, "no contract here has")])
  func aBudgetIsKeptOrMissed(limit: String, code: Int, sentence: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        [
          "precision", "resnet-small", "--contracts", "vdpbf16ps,bf16-truncate", "--no-speed", "--samples", "2",
          "--output", "record.json", "--max-error", limit,
        ], in: folder)
      #expect(Int(result.status) == code, "\(result.error)")
      #expect(result.output.contains(sentence), "\(result.output)")
      let shown = try AssayProcess.run(["show", "record.json", "--max-error", limit], in: folder)
      #expect(Int(shown.status) == code && shown.output.contains(sentence))
    }
  }

  /// The greatest FP16 number is 65504: what a model overflows to is a result, and the other contracts go on.
  @Test func aContractThatOverflowsIsASentenceAndTheOthersGoOn() throws {
    try AssayProcess.withFolder { folder in
      func weights(_ rows: Int, _ value: Float) throws -> Tensor {
        try Tensor(.float32, [rows, 2], [Float](repeating: value, count: rows * 2))
      }
      let model = ONNXModel(
        irVersion: 8, opsets: ["": 17],
        graph: ONNXGraph(
          name: "g",
          inputs: [ONNXValueInfo(name: "x", elementType: .float32, dims: [.fixed(1), .fixed(4)])],
          outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
          initializers: [
            ONNXTensor(name: "large", try weights(4, 300)), ONNXTensor(name: "small", try weights(2, 0.001)),
          ],
          nodes: [
            ONNXNode(name: "first", opType: "MatMul", inputs: ["x", "large"], outputs: ["sums"]),
            ONNXNode(name: "second", opType: "MatMul", inputs: ["sums", "small"], outputs: ["y"]),
          ]))
      try ONNXWriter().write(model, to: folder.appending(path: "large.onnx").path)
      // 200 x 300 x 4 = 240000 between the two.
      let x = try Tensor(.float32, [1, 4], [Float](repeating: 200, count: 4))
      try NPYFile.write(x, to: folder.appending(path: "x.npy").path)
      let result = try AssayProcess.run(
        [
          "precision", "large.onnx", "--input", "x=x.npy", "--contracts", "fp16-fp32acc,bf16-rne-sgemm", "--no-speed",
          "--output", "record.json",
        ], in: folder)
      #expect(result.status == 1, "\(result.error)")
      let sentence = "The outputs of sample 0 hold NaN or infinity under fp16-fp32acc; 0 of 1 round done."
      let words = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains(sentence), "\(result.output)")
      // Fewer than usual, as there are, and so the same again.
      #expect(words.contains("--samples 1 "), "\(result.output)")
      let cells = try Self.cells(in: folder)
      #expect(cells.map { Self.rounds($0).count } == [0, 1])
      #expect(cells[1]["failure"] == nil)
    }
  }

  /// The folder in which workers leave each other FP32's outputs goes with the run.
  @Test func nothingIsLeftBehind() throws {
    try AssayProcess.withFolder { folder in
      let temporary = folder.appending(path: "tmp")
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: false)
      let result = try AssayProcess.run(
        [
          "precision", "resnet-small", "--contracts", "vdpbf16ps,bf16-truncate", "--no-speed", "--samples", "2",
          "--output", "record.json",
        ], in: folder, environment: ["TMPDIR": temporary.path])
      #expect(result.status == 0, "\(result.error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
    }
  }
}
