import AppTestSupport
import Foundation
import Tensors
import Testing

/// Ranges from `assay calibrate` to the commands that use them again.
@Suite struct CalibrateTests {
  private static func run(_ arguments: [String], _ folder: URL) throws -> AssayProcess.Result {
    try AssayProcess.run(arguments, in: folder)
  }

  private static func calibrate(_ arguments: [String], _ folder: URL, to file: String = "c.json") throws {
    let result = try run(["calibrate"] + arguments + ["--output", file], folder)
    try #require(result.status == 0, "\(result.error)")
  }

  /// One sentence on standard error and an exit code.
  private static func expect(
    _ arguments: [String], in folder: URL, code: Int32, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try run(arguments, folder)
    #expect(result.status == code, "\(result.error)", sourceLocation: sourceLocation)
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)", sourceLocation: sourceLocation)
    for word in words { #expect(result.error.contains(word), "\(result.error)", sourceLocation: sourceLocation) }
  }

  @Test func aFileHoldsWhatWasAskedFor() throws {
    try AssayProcess.withFolder { folder in
      try Self.calibrate(
        ["resnet-small", "--calibration-method", "percentile:99.9", "--calibration-samples", "3"], folder)
      let file = try AssayProcess.json(at: folder.appending(path: "c.json"))
      #expect(file["model"] as? String == "resnet-small")
      #expect(file["method"] as? String == "percentile:99.9")
      #expect(file["samples"] as? Int == 3)
      let ranges = try #require(file["ranges"] as? [String: [String: Double]])
      #expect(ranges.count > 3 && ranges.values.allSatisfy { ($0["least"] ?? 1) <= ($0["greatest"] ?? 0) })
      // The same again; other samples, other ranges.
      try Self.calibrate(
        [
          "resnet-small", "--calibration-method", "percentile:99.9", "--calibration-samples", "3",
        ], folder, to: "again.json")
      let bytes = try ["c.json", "again.json"].map { try Data(contentsOf: folder.appending(path: $0)) }
      #expect(bytes[0] == bytes[1])
      try Self.calibrate(
        ["resnet-small", "--calibration-method", "percentile:99.9", "--calibration-samples", "4"], folder,
        to: "more.json")
      let more = try AssayProcess.json(at: folder.appending(path: "more.json"))
      #expect(try #require(more["ranges"] as? [String: [String: Double]]) != ranges)
      try Self.expect(["calibrate", "resnet-small", "--output", "c.json"], in: folder, code: 73, "--overwrite")
    }
  }

  /// A run's cells use a file's ranges and say so in their name and their record.
  @Test func aRunUsesAFile() throws {
    try AssayProcess.withFolder { folder in
      try Self.calibrate(["resnet-small", "--calibration-samples", "2"], folder)
      let common = ["run", "--workload", "resnet-small", "--threads", "1", "--rounds", "1", "--min-duration", "0.05"]
      let result = try Self.run(
        common + ["--precision", "int8", "--calibration", "c.json", "--output", "r.json"], folder)
      #expect(result.status == 0, "\(result.error)")
      let record = try AssayProcess.json(at: folder.appending(path: "r.json"))
      let cells = try #require(record["cells"] as? [[String: Any]])
      #expect(!cells.isEmpty)
      for cell in cells {
        let id = try #require(cell["id"] as? String)
        #expect(id.contains("/ranges-"))
        let rounds = try #require(cell["rounds"] as? [[String: Any]])
        let quantisation = try #require(rounds.first?["quantisation"] as? [String: Any])
        #expect(quantisation["samples"] as? Int == 2)
        #expect((quantisation["file"] as? String)?.count == 64)
        #expect((cell["repro"] as? String)?.contains("--calibration c.json") == true)
      }
      try Self.expect(
        ["plan", "--workload", "resnet-small", "--precision", "fp32", "--calibration", "c.json"], in: folder, code: 64,
        "no cell measures")
      try Self.expect(
        ["plan", "--workload", "bert-small", "--precision", "int8", "--calibration", "c.json"], in: folder, code: 64,
        "no cell measures")
      try Self.expect(
        [
          "plan", "--workload", "resnet-small", "--precision", "int8", "--calibration", "c.json",
          "--calibration-method",
          "entropy",
        ], in: folder, code: 64, "leave --calibration-method out")
      try Self.expect(
        ["plan", "--workload", "resnet-small", "--precision", "int8", "--calibration-samples", "0"], in: folder,
        code: 64, "`calibration-samples` must be 1 to 100000")
      try Self.expect(
        ["plan", "--workload", "resnet-small", "--precision", "int8", "--calibration-samples", "9999"], in: folder,
        code: 64, "resnet-small has 256 samples")
      try Self.expect(
        ["calibrate", "resnet-small", "--calibration-samples", "0", "--output", "d.json"], in: folder, code: 64,
        "`calibration-samples` must be")
      try Self.expect(
        ["calibrate", "resnet-small", "--calibration-samples", "257", "--output", "d.json"], in: folder, code: 64,
        "resnet-small has 256 samples")
    }
  }

  /// Ranges of another model, of other weights, of fewer tensors: refused in one sentence.
  @Test func aFileOfAnotherModelIsRefused() throws {
    try AssayProcess.withFolder { folder in
      try Self.calibrate(["resnet-small", "--calibration-samples", "1"], folder)
      let text = try String(contentsOf: folder.appending(path: "c.json"), encoding: .utf8)
      let infer = ["infer", "resnet-small", "--precision", "int8", "--output-dir", "out", "--calibration"]
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      #expect(try Self.run(infer + ["c.json"], folder).status == 0)
      try Self.expect(
        ["infer", "bert-small", "--precision", "int8", "--output-dir", "o", "--calibration", "c.json"], in: folder,
        code: 65, "of the model resnet-small, not of bert-small")
      let digest = try #require(text.firstMatch(of: /"parametersSHA256" : "([0-9a-f]{4})/))
      try write(
        "weights.json", text.replacing("\"\(digest.1)", with: digest.1 == "0000" ? "\"1111" : "\"0000"))
      let plan = ["plan", "--workload", "resnet-small", "--precision", "int8", "--calibration"]
      for command in [infer, plan] {
        try Self.expect(command + ["weights.json"], in: folder, code: 65, "whose weights differ")
      }
      let ranges = try #require(try AssayProcess.json(text)["ranges"] as? [String: Any])
      let tensor = try #require(ranges.keys.min())
      try write("fewer.json", text.replacing("\"\(tensor)\" :", with: "\"no such tensor\" :"))
      for command in [infer, plan] {
        try Self.expect(command + ["fewer.json"], in: folder, code: 65, "no range for tensor \(tensor)")
        try Self.expect(command + ["missing.json"], in: folder, code: 66, "missing.json")
      }
      try write("unknown.json", text.replacing("\"resnet-small\"", with: "\"resnet-51\""))
      try Self.expect(plan + ["unknown.json"], in: folder, code: 65, "of the model resnet-51, which is not measured")
    }
  }

  /// Options that would do nothing are refused.
  @Test(arguments: ["fp32", "bf16"])
  func rangesAreForINT8(precision: String) throws {
    try AssayProcess.withFolder { folder in
      for option in [
        ["--calibration", "c.json"], ["--calibration-input", "image=x.npy"], ["--calibration-method", "entropy"],
      ] {
        try Self.expect(
          ["infer", "resnet-small", "--precision", precision, "--output-dir", "out"] + option, in: folder, code: 64,
          "\(option[0]) is about INT8 ranges, which \(precision) does not have")
      }
      try Self.expect(
        ["infer", "resnet-small", "--precision", "int8", "--output-dir", "out", "--calibration", "image=x.npy"],
        in: folder, code: 66, "--calibration-input")
    }
  }

  /// NaN and infinity in what is run or calibrated with: named, not clamped.
  @Test(arguments: [Float.nan, .infinity])
  func valuesThatNoScaleCoversAreRefused(strange: Float) throws {
    try AssayProcess.withFolder { folder in
      let plain = try Self.run(["infer", "resnet-small", "--output-dir", "plain", "--json"], folder)
      try #require(plain.status == 0, "\(plain.error)")
      let inputs = try AssayProcess.json(at: folder.appending(path: "plain/inputs.json"))
      let name = try #require(inputs.keys.first)
      let file = try #require((inputs[name] as? [String: Any])?["file"] as? String)
      let image = try NPYFile.read(path: folder.appending(path: "plain/\(file)").path)
      var values = withExtendedLifetime(image) { Array(image.elements(as: Float.self)) }
      values[5] = strange
      try NPYFile.write(Tensor(.float32, image.shape, values), to: folder.appending(path: "strange.npy").path)
      let infer = ["infer", "resnet-small", "--precision", "int8", "--output-dir", "out"]
      try Self.expect(
        infer + ["--input", "\(name)=strange.npy"], in: folder, code: 65, "1 of its \(values.count) values is NaN or")
      try Self.expect(
        infer + ["--calibration-input", "\(name)=strange.npy"], in: folder, code: 65, "Tensor \(name)")
      try Self.calibrate(["resnet-small", "--calibration-samples", "1"], folder)
      try Self.expect(
        infer + ["--input", "\(name)=strange.npy", "--calibration", "c.json"], in: folder, code: 65,
        "Input \(name) cannot be quantised: 1 of its \(values.count) values is NaN or infinite")
    }
  }
}
