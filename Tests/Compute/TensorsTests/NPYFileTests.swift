import Foundation
import Tensors
import Testing

@Suite struct NPYFileTests {
  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-npy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// A file with this header's text, padded by nothing, and these bytes behind it.
  static func file(_ header: String, version: UInt8 = 1, _ data: [UInt8]) -> [UInt8] {
    let length = header.utf8.count
    let size = version == 1 ? 2 : 4
    let lengthBytes = (0..<size).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(header.utf8) + data
  }

  static func read(_ bytes: [UInt8]) throws -> Tensor {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "x.npy").path
    try Data(bytes).write(to: URL(filePath: path))
    return try NPYFile.read(path: path)
  }

  @Test(arguments: ElementType.allCases, [[], [0], [3], [2, 0, 4], [2, 3, 4]] as [Shape])
  func readsWhatItWrote(type: ElementType, shape: Shape) throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "x.npy").path
    let tensor = try Tensor(TensorType(type, shape)) { bytes in
      for index in bytes.indices {
        bytes[index] = type == .bool ? UInt8(index % 2) : UInt8(truncatingIfNeeded: index &* 37)
      }
    }
    try NPYFile.write(tensor, to: path)
    let result = try NPYFile.read(path: path)
    #expect(result.type == tensor.type)
    #expect(result.copy(as: UInt8.self) == tensor.copy(as: UInt8.self))
    let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect((size - tensor.bytes.count) % 64 == 0)
  }

  @Test func replacesALongerFile() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "x.npy").path
    try NPYFile.write(try Tensor(.float32, [100], [Float](repeating: 1, count: 100)), to: path)
    try NPYFile.write(try Tensor(.float32, [2], [Float(3), 4]), to: path)
    #expect(try NPYFile.read(path: path).copy(as: Float.self) == [3, 4])
  }

  /// Memory of Fortran order holds the first dimension innermost: element (i, j) of 2x3 lies at i + 2 j.
  @Test func transposesFortranOrder() throws {
    let header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }"
    let tensor = try Self.read(Self.file(header, [0, 0, 10, 0, 1, 0, 11, 0, 2, 0, 12, 0]))
    #expect(tensor.type == TensorType(.int16, [2, 3]))
    #expect(tensor.copy(as: Int16.self) == [0, 1, 2, 10, 11, 12])
  }

  @Test(arguments: [
    (UInt8(2), "{'descr': '<u2', 'fortran_order': False, 'shape': (2,), }"),
    (3, "{\"shape\":(2),\"fortran_order\":False,\"descr\":\"=u2\"}\n"),
    (1, "{'descr': '|V2', 'fortran_order': False, 'shape': (2,)}   \n"),
  ])
  func readsOtherSpellings(version: UInt8, header: String) throws {
    let tensor = try Self.read(Self.file(header, version: version, [1, 2, 3, 4]))
    #expect(tensor.shape == [2])
    #expect(tensor.copy(as: UInt16.self) == [0x201, 0x403])
  }

  @Test(arguments: [
    ("not the magic", Array("NUMPY and so on".utf8), "not a .npy file"),
    ("empty", [], "not a .npy file"),
    ("only the magic", [0x93] + Array("NUMPY".utf8), "ends within its header"),
    ("version 4", file("{}", version: 4, []), "version 4"),
    ("length beyond the file", [0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0xFF, 0x7B], "claims 65535 bytes"),
    ("no dictionary", file("[1]", []), "not a dictionary"),
    ("open dictionary", file("{'descr': '<f4'", []), "not a dictionary"),
    ("no shape", file("{'descr': '<f4', 'fortran_order': False}", []), "lacks"),
    ("twice", file("{'descr': '<f4', 'descr': '<f4'}", []), "unknown or repeated"),
    ("records", file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", []), "no plain one"),
    ("big-endian", file("{'descr': '>f4', 'fortran_order': False, 'shape': ()}", []), "little-endian"),
    ("objects", file("{'descr': '|O', 'fortran_order': False, 'shape': ()}", []), "little-endian"),
    ("complex", file("{'descr': '<c8', 'fortran_order': False, 'shape': ()}", []), "little-endian"),
    ("negative", file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", []), "whole numbers"),
    (
      "huge extent", file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", []),
      "whole numbers"
    ),
    ("overflow", file("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", []), "addressed"),
    (
      "hidden overflow", file("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 9223372036854775807)}", []),
      "addressed"
    ),
    ("neither order", file("{'descr': '<f4', 'fortran_order': 1, 'shape': ()}", []), "neither True nor False"),
    (
      "too short", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}", [1, 2, 3]),
      "has 3 behind"
    ),
    ("too long", file("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", [0, 0, 0, 0, 0]), "has 5 behind"),
    ("more text", file("{'descr': '<f4', 'fortran_order': False, 'shape': ()} x", [0, 0, 0, 0]), "goes on"),
    ("boolean 2", file("{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", [2]), "neither 0 nor 1"),
  ])
  func refuses(name: String, bytes: [UInt8], reason: String) throws {
    let error = #expect(throws: NPYError.self) { try Self.read(bytes) }
    #expect(error?.kind == .damaged)
    #expect(error?.exitCode == 65)
    #expect(error?.description.contains(reason) == true, "\(name): \(error?.description ?? "")")
  }

  /// Every prefix of a sound file is an error, never a crash.
  @Test func refusesEveryTruncation() throws {
    let whole = Self.file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", [1, 2, 3, 4, 5, 6, 7, 8])
    for count in whole.indices {
      #expect(throws: NPYError.self, "\(count) bytes") { try Self.read(Array(whole.prefix(count))) }
    }
  }

  @Test func namesTheFileThatIsMissing() {
    let error = #expect(throws: NPYError.self) { try NPYFile.read(path: "/nonexistent/x.npy") }
    #expect(error?.kind == .notFound)
    #expect(error?.description.contains("/nonexistent/x.npy") == true)
    #expect(throws: NPYError.self) { try NPYFile.read(path: "/dev") }
  }

  @Test func saysWhyItCannotWrite() throws {
    let tensor = try Tensor(.float32, [], [Float(1)])
    let error = #expect(throws: NPYError.self) { try NPYFile.write(tensor, to: "/nonexistent/x.npy") }
    #expect(error?.exitCode == 73)
  }
}

extension Tensor {
  /// The memory as an array of numbers; the tensor lives until they are copied.
  fileprivate func copy<Number: BitwiseCopyable>(as type: Number.Type) -> [Number] {
    withExtendedLifetime(self) { Array(bytes.assumingMemoryBound(to: type)) }
  }
}
