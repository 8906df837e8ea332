import AppTestSupport
import Foundation
import Tensors
import Testing

/// `assay numerics convert` from a user's side.
@Suite struct NumericsConvertTests {
  /// Runs a conversion of values in x.npy to y.npy, or as the arguments say.
  private func convert(
    _ values: [Float], _ shape: Shape, _ arguments: [String], in folder: URL
  ) throws -> AssayProcess.Result {
    try NPYFile.write(try Tensor(.float32, shape, values), to: folder.appending(path: "x.npy").path)
    return try AssayProcess.run(["numerics", "convert"] + arguments + ["x.npy", "y.npy"], in: folder)
  }

  private func read(_ name: String, in folder: URL) throws -> Tensor {
    try NPYFile.read(path: folder.appending(path: name).path)
  }

  /// Codes as bytes, from known values.
  static let cases: [([String], [Float], ElementType, [UInt8])] = [
    (["--to", "bf16"], [1, 1.00390625, -0.0, 3.4e38], .uint16, [0x80, 0x3F, 0x80, 0x3F, 0x00, 0x80, 0x80, 0x7F]),
    (["--to", "bf16", "--rounding", "toward-zero"], [1.0078124, 3.4e38], .uint16, [0x80, 0x3F, 0x7F, 0x7F]),
    (["--to", "bf16", "--rounding", "nearest-away"], [1.00390625, 1], .uint16, [0x81, 0x3F, 0x80, 0x3F]),
    (["--to", "bf16", "--subnormals", "flushed"], [0x1p-130, -0x1p-130], .uint16, [0, 0, 0, 0x80]),
    (["--to", "fp16"], [1, 65520], .float16, [0x00, 0x3C, 0x00, 0x7C]),
    (["--to", "fp16", "--overflow", "saturate"], [1, 65520], .float16, [0x00, 0x3C, 0xFF, 0x7B]),
    (["--to", "E4M3"], [1, 500, .nan], .uint8, [0x38, 0x7E, 0x7F]),
    (["--to", "e4m3", "--overflow", "infinity"], [1, 500, -500], .uint8, [0x38, 0x7F, 0xFF]),
    (["--to", "e2m1"], [0.5, -6, 9, .infinity], .uint8, [1, 0xF, 7, 7]),
    (["--to", "tf32"], [1, -2], .uint32, [0x00, 0xFC, 0x01, 0, 0x00, 0x00, 0x06, 0]),
    (["--to", "s8", "--scale", "0.5"], [1, -2, 0.75, 100], .int8, [2, 0xFC, 2, 127]),
    (["--to", "s8"], [127, -3, 0.4], .int8, [127, 0xFD, 0]),
    (["--to", "u8", "--scale", "0.5", "--zero-point", "10"], [1, -2, -9, 500], .uint8, [12, 6, 0, 255]),
    (["--to", "u8"], [-1, 0, 254], .uint8, [0, 1, 255]),
    (["--to", "s4", "--scale", "1"], [-7, 3, -9], .int8, [0xF9, 3, 0xF9]),
    (["--to", "fp32"], [1], .float32, [0, 0, 0x80, 0x3F]),
  ]

  @Test(arguments: cases)
  func knownCodes(arguments: [String], values: [Float], type: ElementType, bytes: [UInt8]) throws {
    try AssayProcess.withFolder { folder in
      let result = try convert(values, [values.count], arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      let codes = try read("y.npy", in: folder)
      #expect(codes.type == TensorType(type, [values.count]) && Array(codes.bytes) == bytes, "\(Array(codes.bytes))")
      #expect(result.output.contains("\(values.count) values:"))
    }
  }

  /// Every format back to FP32 gives what --dequantised wrote.
  @Test(arguments: [
    ["tf32"], ["bf16"], ["fp16"], ["e4m3"], ["e5m2"], ["e3m2"], ["e2m3"], ["e2m1"], ["s8", "--scale", "0.1"],
    ["u8", "--scale", "0.1", "--zero-point", "120"], ["s4", "--scale", "2"],
    ["u4", "--scale", "2", "--zero-point", "7"],
    ["s8", "--per-channel"], ["s4", "--block", "8"], ["s8", "--block", "7"], ["mxfp8-e4m3"], ["mxfp8-e5m2"],
    ["mxfp6-e3m2"], ["mxfp6-e2m3"], ["mxfp4-e2m1"], ["mxint8"], ["mxfp4-e2m1", "--block", "16"],
  ])
  func backToFloats(format: [String]) throws {
    try AssayProcess.withFolder { folder in
      let values = (0..<300).map { Float(($0 * 7919) % 601 - 300) * 0.0437 }
      let first = try convert(values, [3, 100], ["--to"] + format, in: folder)
      #expect(first.status == 0, "\(first.error)")
      let back = try AssayProcess.run(
        ["numerics", "convert", "--from"] + format + ["--to", "fp32", "y.npy", "z.npy"], in: folder)
      #expect(back.status == 0, "\(back.error)")
      let direct = try AssayProcess.run(
        ["numerics", "convert", "--to"] + format + ["--dequantised", "x.npy", "d.npy"], in: folder)
      #expect(direct.status == 0, "\(direct.error)")
      let (z, d) = (try read("z.npy", in: folder), try read("d.npy", in: folder))
      #expect(z.type == TensorType(.float32, [3, 100]) && z.type == d.type)
      #expect(Array(z.bytes) == Array(d.bytes))
      let worst = zip(z.elements(as: Float.self), values).map { abs($0 - $1) }.max() ?? 0
      #expect(worst > 0 && worst < 14)
    }
  }

  @Test func scalesOfBlocksAndChannels() throws {
    try AssayProcess.withFolder { folder in
      // Greatest magnitudes 6 and 0.75 along the last dimension: scales 1 and 1/8, then 12: 2.
      let values: [Float] = [6, -3, 0.75, 0.1, 12, 1]
      #expect(try convert(values, [1, 6], ["--to", "mxfp4-e2m1", "--block", "2"], in: folder).status == 0)
      let scales = try read("y.scales.npy", in: folder)
      #expect(scales.type == TensorType(.uint8, [1, 3]) && Array(scales.bytes) == [127, 124, 128])
      let codes = try read("y.npy", in: folder)
      #expect(Array(codes.bytes) == [7, 0xD, 7, 2, 7, 1])

      let result = try convert(
        [127, 1, -254, 2], [2, 2], ["--to", "s8", "--per-channel", "--scales", "s.npy", "--json"], in: folder)
      #expect(result.status == 0, "\(result.error)")
      let channels = try read("s.npy", in: folder)
      #expect(channels.type == TensorType(.float32, [2]) && Array(channels.elements(as: Float.self)) == [1, 2])
      let json = try AssayProcess.json(result.output)
      #expect(json["scales"] as? String == "s.npy" && json["changed"] as? Int == 0 && json["sqnr"] == nil)
    }
  }

  @Test func summaryCounts() throws {
    try AssayProcess.withFolder { folder in
      let values: [Float] = [1, 1.03, 500, -1000, 1e-9, 0]
      let result = try convert(values, [6], ["--to", "e4m3", "--json"], in: folder)
      let json = try AssayProcess.json(result.output)
      #expect(json["count"] as? Int == 6 && json["changed"] as? Int == 4)
      #expect(json["saturated"] as? Int == 2 && json["zeroed"] as? Int == 1 && json["overflowed"] as? Int == 0)
      #expect(json["largestError"] as? Double == 552)
      let sqnr = try #require(json["sqnr"] as? Double)
      #expect(abs(sqnr - 10 * log10(1_250_002.0609 / (52 * 52 + 552 * 552 + 0.03 * 0.03))) < 1e-3)
      let infinite = try convert(values, [6], ["--to", "e4m3", "--overflow", "infinity", "--json"], in: folder)
      #expect(try AssayProcess.json(infinite.output)["overflowed"] as? Int == 2)
    }
  }

  @Test func rawFilesAndSeeds() throws {
    try AssayProcess.withFolder { folder in
      let values = [Float](repeating: 1.00390625, count: 4096)
      try values.withUnsafeBytes { try Data($0).write(to: folder.appending(path: "x.raw")) }
      func converted(_ seed: [String], _ name: String) throws -> Data {
        let options = ["numerics", "convert", "--to", "bf16", "--rounding", "stochastic"] + seed
        let result = try AssayProcess.run(options + ["--shape", "64x64", "x.raw", name], in: folder)
        #expect(result.status == 0, "\(result.error)")
        return try Data(contentsOf: folder.appending(path: name))
      }
      let first = try converted(["--seed", "1"], "a.raw")
      #expect(first.count == 8192)
      let (again, other) = (try converted(["--seed", "1"], "b.raw"), try converted(["--seed", "2"], "c.raw"))
      #expect(first == again && first != other)
      let (without, zero) = (try converted([], "d.raw"), try converted(["--seed", "0"], "e.raw"))
      #expect(without == zero)
      let back = try AssayProcess.run(["numerics", "convert", "--from", "bf16", "a.raw", "f.raw"], in: folder)
      #expect(back.status == 0, "\(back.error)")
      #expect(try Data(contentsOf: folder.appending(path: "f.raw")).count == 16384)
    }
  }

  @Test func emptyArraysAndScalars() throws {
    try AssayProcess.withFolder { (folder: URL) throws in
      for format in [["bf16"], ["s8"], ["s8", "--per-channel"], ["mxfp4-e2m1"]] {
        #expect(try convert([], [0, 4], ["--to"] + format, in: folder).status == 0)
        #expect(try read("y.npy", in: folder).shape == [0, 4])
      }
      #expect(try convert([3], [], ["--to", "s8"], in: folder).status == 0)
      #expect(try read("y.npy", in: folder).shape == [])
    }
  }

  /// The argument parser's own messages are not among these.
  @Test(arguments: [
    (["--to", "fp8"], 64, "did you mean `e4m3` or `e5m2`?"), (["--from", "int8"], 64, "did you mean `s8` or `u8`?"),
    (["--to", "bf61"], 64, "bf16"), ([], 64, "--to"), (["--to", "bf16", "--rounding", "up"], 64, "nearest-even"),
    (["--to", "bf16", "--seed", "3"], 64, "--seed"), (["--to", "bf16", "--subnormals", "gone"], 64, "--subnormals"),
    (["--to", "bf16", "--overflow", "wrap"], 64, "--overflow"), (["--to", "s8", "--overflow", "infinity"], 64, "s8"),
    (["--to", "bf16", "--scale", "2"], 64, "--scale"), (["--to", "s8", "--scale", "0"], 64, "--scale"),
    (["--to", "s8", "--scale", "nan"], 64, "--scale"), (["--to", "s8", "--scale", "1e-40"], 64, "--scale"),
    (["--to", "s8", "--zero-point", "1"], 64, "--zero-point"),
    (["--to", "u8", "--scale", "1", "--zero-point", "256"], 64, "0 to 255"),
    (["--to", "s8", "--scale", "1", "--zero-point", "3"], 64, "--zero-point"),
    (["--to", "u8", "--per-channel"], 64, "symmetric"),
    (["--to", "s8", "--per-channel", "--block", "4"], 64, "--block"),
    (["--to", "s8", "--block", "0"], 64, "--block"), (["--to", "mxint8", "--scale", "1"], 64, "mxint8"),
    (["--to", "bf16", "--scales", "s.npy"], 64, "--scales"), (["--to", "bf16", "--shape", "2x2"], 64, "--shape"),
    (["--from", "s8", "--to", "u8"], 64, "fp32"), (["--from", "s8"], 64, "--scale"),
    (["--to", "fp32", "--rounding", "toward-zero"], 64, "fp32"),
    (["--from", "e4m3"], 65, "float32"), (["--from", "mxint8"], 65, "float32"),
  ])
  func wrongOptions(arguments: [String], code: Int, named: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try convert([1, 2, 3, 4], [2, 2], arguments, in: folder)
      #expect(Int(result.status) == code && !result.wasSignalled, "\(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1 && result.output == "", "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "y.npy").path))
    }
  }

  @Test func wrongFiles() throws {
    try AssayProcess.withFolder { folder in
      func status(_ arguments: [String], _ values: [Float] = [1, 2], _ shape: Shape = [2]) throws -> (Int32, String) {
        let result = try convert(values, shape, arguments, in: folder)
        #expect(!result.wasSignalled && result.error.split(separator: "\n").count == 1, "\(result.error)")
        return (result.status, result.error)
      }
      // What a format cannot hold is never clamped in silence.
      for format in ["s8", "u8", "s4", "e2m1", "e3m2"] {
        let (code, error) = try status(["--to", format], [1, .nan])
        #expect(code == 65 && error.contains("element 1"), "\(error)")
      }
      #expect(try status(["--to", "s8", "--block", "4"], [1, .infinity]).0 == 65)
      #expect(try status(["--to", "s8", "--per-channel"], [1], []).0 == 65)

      func run(_ arguments: [String]) throws -> (Int32, String) {
        let result = try AssayProcess.run(["numerics", "convert"] + arguments, in: folder)
        #expect(!result.wasSignalled && result.error.split(separator: "\n").count == 1, "\(result.error)")
        return (result.status, result.error)
      }
      #expect(try run(["--to", "bf16", "missing.npy", "y.npy"]).0 == 66)
      #expect(try run(["--to", "bf16", "x.npy", "x.npy"]).0 == 64)
      #expect(try run(["--to", "mxint8", "x.npy", "y.npy", "--scales", "y.npy"]).0 == 64)
      #expect(try run(["--to", "bf16", "x.npy", "missing/y.npy"]).0 == 73)
      try Data([1, 2, 3]).write(to: folder.appending(path: "odd.raw"))
      #expect(try run(["--to", "bf16", "odd.raw", "y.raw"]).0 == 65)
      try Data([1, 2, 3, 0x1F]).write(to: folder.appending(path: "codes.raw"))
      let large = try run(["--from", "e2m1", "codes.raw", "y.raw"])
      #expect(large.0 == 65 && large.1.contains("element 3"), "\(large.1)")
      #expect(try run(["--from", "mxint8", "codes.raw", "y.raw"]).0 == 66)
      try NPYFile.write(
        try Tensor(.int32, [2], [Int32(1), 2]), to: folder.appending(path: "i.npy").path)
      #expect(try run(["--to", "bf16", "i.npy", "y.npy"]).0 == 64)
      try NPYFile.write(try Tensor(.float32, [2], [Float(1), 0]), to: folder.appending(path: "s.npy").path)
      try NPYFile.write(try Tensor(.int8, [2, 1], [Int8(1), 2]), to: folder.appending(path: "c.npy").path)
      #expect(try run(["--from", "s8", "--per-channel", "--scales", "s.npy", "c.npy", "y.npy"]).0 == 65)
      #expect(try run(["--from", "s8", "--block", "1", "--scales", "s.npy", "c.npy", "y.npy"]).0 == 65)
    }
  }
}
