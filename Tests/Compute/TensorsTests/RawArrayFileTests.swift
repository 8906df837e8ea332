import Foundation
import Testing

@testable import Tensors

@Suite struct RawArrayFileTests {
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("assay-\(UUID().uuidString).raw").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try body(path)
  }

  @Test func roundTrip() throws {
    try withFile([1, 2, 3]) { path in
      let values: [Float] = [1, -0.0, .infinity, .leastNonzeroMagnitude]
      try values.withUnsafeBytes { try RawArrayFile.write($0, to: path) }
      let line = try RawArrayFile.read(path: path, elementType: .float32)
      #expect(line.type.description == "float32 4")
      #expect(line.elements(as: Float.self).map(\.bitPattern) == values.map(\.bitPattern))
      let square = try RawArrayFile.read(path: path, elementType: .uint16, dims: [2, 4])
      #expect(square.type.description == "uint16 2x4")
      #expect(square.elements(as: UInt16.self)[1] == 0x3F80)
    }
  }

  @Test(
    arguments: [
      ([5, 0, 0], .float32, nil, "3 bytes are no whole number of float32 elements of 4"),
      ([5, 0, 0], .uint8, [2, 2], "has 4 elements and the file has 3"),
      ([5], .uint8, [Int.max, 4], "more elements than memory can be addressed"),
    ] as [([UInt8], ElementType, [Int]?, String)])
  func bad(bytes: [UInt8], type: ElementType, dims: [Int]?, reason: String) throws {
    try withFile(bytes) { path in
      let error = #expect(throws: NPYError.self) {
        try RawArrayFile.read(path: path, elementType: type, dims: dims)
      }
      #expect(error?.kind == .damaged)
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
  }

  @Test func emptyFilesAreEmptyArrays() throws {
    try withFile([]) { path in
      let array = try RawArrayFile.read(path: path, elementType: .int32)
      #expect(array.shape.dims == [0])
    }
  }

  @Test func whatIsNotThereIsNotFound() {
    let error = #expect(throws: NPYError.self) { try RawArrayFile.read(path: "/nowhere/x.raw", elementType: .int8) }
    #expect(error?.kind == .notFound)
  }
}
