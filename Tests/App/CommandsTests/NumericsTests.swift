import AppTestSupport
import Foundation
import Tensors
import Testing

@Suite struct NumericsTests {
  private static func write(_ tensor: Tensor, _ name: String, in folder: URL) throws {
    try NPYFile.write(tensor, to: folder.appendingPathComponent(name).path)
  }

  private static func floats(_ dims: [Int], _ values: [Float]) throws -> Tensor {
    try Tensor(.float32, Shape(dims), values)
  }

  private static func dot(_ arguments: [String], in folder: URL) throws -> AssayProcess.Result {
    try AssayProcess.run(["numerics", "dot"] + arguments, in: folder)
  }

  /// 1, 2^24, -2^24 and 1 along a depth of 4, in every order of sums: what is left of the ones.
  @Test(
    arguments: [
      // 1 + 2^24 loses the 1.
      ("fp32-fma", 1), ("bf16-rne-sgemm", 1), ("bf16-truncate", 1), ("fp32-fp64acc", 2), ("bf16-rne-fp64acc", 2),
      // (odd, even) pairs: 2^24 + 1, then 1 - 2^24: the same; tiles: 1 - 2^24 in one sum, 2^24 + 1 in the other.
      ("vdpbf16ps", 0), ("tdpbf16ps", 1),
      // The shared power of two leaves 1 in E5M2 and not in E4M3.
      ("mxfp8-e5m2", 1), ("mxfp8-e4m3", 0),
    ] as [(String, Float)])
  func orders(contract: String, result: Float) throws {
    try AssayProcess.withFolder { folder in
      try Self.write(Self.floats([1, 4], [1, 16_777_216, -16_777_216, 1]), "a.npy", in: folder)
      try Self.write(Self.floats([4, 1], [1, 1, 1, 1]), "b.npy", in: folder)
      let run = try Self.dot(["--contract", contract, "a.npy", "b.npy", "c.npy"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let c = try NPYFile.read(path: folder.appendingPathComponent("c.npy").path)
      #expect(c.type.description == "float32 1x1")
      #expect(c.elements(as: Float.self)[0] == result)
    }
  }

  /// What every format holds exactly, or nearly, is summed to 6.
  @Test(arguments: [
    "fp32-fma", "fp32-fp64acc", "tf32-fp32acc", "bf16-rne-sgemm", "bf16-truncate", "vdpbf16ps", "tdpbf16ps",
    "bf16-rne-fp64acc", "fp16-fma", "fp16-fp32acc", "fp8-e4m3-fp32acc", "fp8-e5m2-fp32acc", "mxfp8-e4m3", "mxfp8-e5m2",
    "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4-e2m1", "mxint8", "w4-g32-fp32acc",
  ])
  func floatsAreConvertedAsTheContractSays(contract: String) throws {
    try AssayProcess.withFolder { folder in
      try Self.write(Self.floats([1, 3], [1, 2, 3]), "a.npy", in: folder)
      try Self.write(Self.floats([3, 1], [1, 1, 1]), "b.npy", in: folder)
      let run = try Self.dot(["--contract", contract, "a.npy", "b.npy", "c.npy"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let c = try NPYFile.read(path: folder.appendingPathComponent("c.npy").path)
      let result = c.elementType == .float16 ? Float(c.elements(as: Float16.self)[0]) : c.elements(as: Float.self)[0]
      #expect(abs(result - 6) < 0.25, "\(result)")
    }
  }

  @Test func integersFromCodesWithAccumulator() throws {
    try AssayProcess.withFolder { folder in
      try Self.write(Tensor(.uint8, [2, 4], [255, 255, 1, 0, 1, 2, 3, 4] as [UInt8]), "a.npy", in: folder)
      try Self.write(
        Tensor(.int8, [3, 4], [127, 127, -1, 0, 1, 1, 1, 1, -1, 2, -3, 4] as [Int8]), "b.npy", in: folder)
      try Self.write(Tensor(.int32, [2, 3], [0, .max, 0, 10, 0, -5] as [Int32]), "c0.npy", in: folder)
      let results: [(String, [Int32])] = [
        ("u8s8-maddubs", [32766, .min + 510, 252, 388, 10, 10 - 5]),
        ("u8s8-vnni", [64769, .min + 510, 252, 388, 10, 10 - 5]),
        ("u8s8-vnni-sat", [64769, .max, 252, 388, 10, 10 - 5]),
      ]
      for (contract, values) in results {
        let run = try Self.dot(
          ["--contract", contract, "a.npy", "b.npy", "c.npy", "--transposed-b", "--accumulate", "c0.npy"], in: folder)
        #expect(run.status == 0, "\(run.error)")
        let c = try NPYFile.read(path: folder.appendingPathComponent("c.npy").path)
        #expect(c.type.description == "int32 2x3")
        #expect(Array(c.elements(as: Int32.self)) == values, "\(contract)")
      }
    }
  }

  @Test func scalesArePrintedAndApplied() throws {
    try AssayProcess.withFolder { folder in
      // 448 and 2 are E4M3 numbers at the scale 1; column 1 has the scale 2: 448 * 448 + 2 * 1, (448 * 448 + 2 * 2) * 2.
      try Self.write(Self.floats([1, 2], [448, 2]), "a.npy", in: folder)
      try Self.write(Self.floats([2, 2], [448, 896, 1, 4]), "b.npy", in: folder)
      let run = try Self.dot(["--contract", "fp8-e4m3-fp32acc", "a.npy", "b.npy", "c.npy", "--json"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let output = try AssayProcess.json(run.output)
      #expect(output["leftScales"] as? [Double] == [1])
      #expect(output["rightScales"] as? [Double] == [1, 2])
      let c = try NPYFile.read(path: folder.appendingPathComponent("c.npy").path)
      let want: [Float] = [200_706, 401_416]
      #expect(Array(c.elements(as: Float.self)) == want)
    }
  }

  @Test func rawFilesAndHalfResults() throws {
    try AssayProcess.withFolder { folder in
      // 2048 + 1 in FP16 is a tie, to even: 2048.
      let codes: [UInt16] = [0x6800, 0x3C00], ones: [UInt16] = [0x3C00, 0x3C00]
      try codes.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("a.raw")) }
      try ones.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("b.raw")) }
      let run = try Self.dot(
        ["--contract", "FP16-FMA", "a.raw", "b.raw", "c.raw", "--a-type", "float16", "--b-type", "uint16"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      #expect(try Data(contentsOf: folder.appendingPathComponent("c.raw")) == Data([0x00, 0x68]))
    }
  }

  /// Arguments, exit code, what the sentence says.
  @Test(
    arguments: [
      (["--contract", "vdpbf16", "a.npy", "b.npy", "c.npy"], 64, "did you mean `vdpbf16ps`?"),
      (["--contract", "fp32-sgemm", "a.npy", "b.npy", "c.npy"], 64, "leaves the order of sums to a library"),
      (["--contract", "vdpbf16ps", "none.npy", "b.npy", "c.npy"], 66, "none.npy"),
      (["--contract", "vdpbf16ps", "a.npy", "a.npy", "c.npy"], 65, "the depth is 4 in one and 2 in the other"),
      (["--contract", "vdpbf16ps", "a.npy", "b.npy", "a.npy"], 64, "are one file"),
      (["--contract", "vdpbf16ps", "a.npy", "b.npy", "no/c.npy"], 73, "no/c.npy"),
      (["--contract", "vdpbf16ps", "bytes.npy", "b.npy", "c.npy"], 65, "float32, bfloat16, uint16"),
      (["--contract", "mxfp4-e2m1", "bytes.npy", "b.npy", "c.npy"], 65, "must be one of: float32"),
      (["--contract", "u8s8-vnni", "nan.npy", "b.npy", "c.npy"], 65, "1 of its values is NaN or infinite"),
      (["--contract", "fp8-e4m3-fp32acc", "a.npy", "nan.npy", "c.npy"], 65, "second operand"),
      (["--contract", "vdpbf16ps", "cube.npy", "b.npy", "c.npy"], 65, "one or two dimensions"),
      (["--contract", "vdpbf16ps", "text.npy", "b.npy", "c.npy"], 65, "not a .npy file"),
      (["--contract", "vdpbf16ps", "odd.raw", "b.npy", "c.npy"], 65, "no whole number of float32"),
      (["--contract", "vdpbf16ps", "a.npy", "b.npy", "c.npy", "--a-type", "uint16"], 64, "says its own type"),
      (["--contract", "vdpbf16ps", "odd.raw", "b.npy", "c.npy", "--a-type", "float15"], 64, "float15"),
      (["--contract", "vdpbf16ps", "odd.raw", "b.npy", "c.npy", "--a-shape", "2x-2"], 64, "is no shape"),
      (["--contract", "vdpbf16ps", "a.npy", "b.npy", "c.npy", "--accumulate", "b.npy"], 65, "float32 2x3"),
      (["--contract", "fp8-e4m3-fp32acc", "a.npy", "b.npy", "c.npy", "--accumulate", "b.npy"], 64, "give codes"),
    ] as [([String], Int32, String)])
  func badInput(arguments: [String], status: Int32, sentence: String) throws {
    try AssayProcess.withFolder { folder in
      try Self.write(Self.floats([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), "a.npy", in: folder)
      try Self.write(Self.floats([4, 3], Array(repeating: 1, count: 12)), "b.npy", in: folder)
      try Self.write(Self.floats([4, 1], [1, .nan, 3, 4]), "nan.npy", in: folder)
      try Self.write(Self.floats([1, 1, 2], [1, 2]), "cube.npy", in: folder)
      try Self.write(Tensor(.int8, [2, 4], [Int8](repeating: 1, count: 8)), "bytes.npy", in: folder)
      try Data("hello".utf8).write(to: folder.appendingPathComponent("text.npy"))
      try Data("hello".utf8).write(to: folder.appendingPathComponent("odd.raw"))
      let run = try Self.dot(arguments, in: folder)
      #expect(run.status == status, "\(run.error)")
      #expect(run.error.contains(sentence), "\(run.error)")
      #expect(run.error.hasPrefix("assay: ") || run.error.hasPrefix("Error: "), "\(run.error)")
      #expect(run.error.split(separator: "\n").count == 1, "\(run.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("c.npy").path))
    }
  }

  @Test func showAndList() throws {
    try AssayProcess.withFolder { folder in
      let list = try AssayProcess.run(["numerics", "list"], in: folder)
      #expect(list.status == 0)
      #expect(list.output.contains("vdpbf16ps"))
      let show = try AssayProcess.run(["numerics", "show", "VDPBF16PS", "--json"], in: folder)
      #expect(show.status == 0)
      #expect((try AssayProcess.json(show.output)["facts"] as? [Any])?.count == 15)
      let unknown = try AssayProcess.run(["numerics", "show", "u8s8-vni"], in: folder)
      #expect(unknown.status == 64)
      #expect(unknown.error == "assay: There is no contract `u8s8-vni`; did you mean `u8s8-vnni`?\n")
    }
  }
}
