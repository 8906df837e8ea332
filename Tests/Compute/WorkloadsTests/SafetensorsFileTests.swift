import Foundation
import Tensors
import Testing

@testable import Workloads

@Suite final class SafetensorsFileTests {
  private let path = NSTemporaryDirectory() + "safetensors-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @Test func readsEveryFloatType() throws {
    // 1, -2, the least half subnormal, infinity as F16; 1, -2.5 as BF16; 3.5 as F32; an index that is never read.
    let data: [UInt8] =
      [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0x00, 0x7C] + [0x80, 0x3F, 0x20, 0xC0] + [0, 0, 0x60, 0x40]
      + [7, 0, 0, 0, 0, 0, 0, 0]
    try write(
      """
      {"__metadata__":{"format":"pt"},"half":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},
      "brain":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"f":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},
      "ids":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[24,24]}}
      """, data)
    let file = try SafetensorsFile(path: path)
    #expect(file.entries.keys.sorted() == ["brain", "f", "half", "ids", "none"])
    #expect(try read(file, "half", [2, 2]) == [1, -2, 0x1p-24, .infinity])
    #expect(try read(file, "brain", [2]) == [1, -2.5])
    #expect(try read(file, "f", [1]) == [3.5])
    #expect(try read(file, "none", [0, 3]) == [])
    for (name, shape, code) in [
      ("ids", [1], SafetensorsError.Code.unexpectedTensor), ("f", [2], .unexpectedTensor),
      ("f", [1, 1], .unexpectedTensor),
      ("g", [1], .missingTensor),
    ] as [(String, Shape, SafetensorsError.Code)] {
      // A throwing closure cannot capture a noncopyable value, so this is spelled out.
      do throws(SafetensorsError) {
        _ = try read(file, name, shape)
        Issue.record("\(name) \(shape) was read")
      } catch {
        #expect(error.code == code)
        #expect(error.description.contains(name))
      }
    }
  }

  /// All 65,536 halves against arithmetic on their fields.
  @Test func convertsEveryHalf() {
    for bits in UInt16.min...UInt16.max {
      let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
      let sign = bits >> 15 == 0 ? 1.0 : -1.0
      let value = SafetensorsFile.float(fromHalf: bits)
      if exponent == 31 {
        #expect(fraction == 0 ? value == Float(sign) * .infinity : value.isNaN)
      } else {
        let scale = Double(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1)
        #expect(Double(value) == sign * scale * (fraction + (exponent == 0 ? 0 : 1024)), "\(bits)")
        #expect(value.sign == (bits >> 15 == 0 ? .plus : .minus))
      }
    }
  }

  /// A file longer than one piece of the conversion.
  @Test func readsLongTensorsInPieces() throws {
    let count = 70_000
    let data: [UInt8] = (0..<2 * count).map { $0 % 2 == 0 ? 0 : UInt8($0 / 2 % 100) }
    try write(#"{"t":{"dtype":"BF16","shape":[\#(count)],"data_offsets":[0,\#(2 * count)]}}"#, data)
    let file = try SafetensorsFile(path: path)
    let values = try read(file, "t", [count])
    #expect(values == (0..<count).map { Float(bitPattern: UInt32($0 % 100) << 24) })
  }

  @Test(arguments: [
    ("not json", "not a JSON object"), ("[]", "not a JSON object"), ("", "not a JSON object"),
    (#"{"t":5}"#, "not a JSON object"), (#"{"t":{"dtype":"F32","shape":[1]}}"#, "not a JSON object"),
    (#"{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, "not a JSON object"),
    (#"{"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "not a JSON object"),
    (#"{"__metadata__":{"t":{"shape":[1]}}}"#, "not a JSON object"),
    (#"{"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, "unknown element type F33"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, "two data offsets"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "bytes -4 to 0 of 16"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "bytes 4 to 0 of 16"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}}"#, "bytes 16 to 20 of 16"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, "of 16 bytes"),
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "needs 8 bytes"),
    (#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "impossible shape"),
    (#"{"t":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, "impossible shape"),
    (#"{"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, "impossible shape"),
  ])
  func refusesUnsoundHeaders(header: String, complaint: String) throws {
    try write(header, [UInt8](repeating: 0, count: 16))
    let error = opening()
    #expect(error?.code == .malformed)
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
  }

  @Test func survivesDeepNesting() throws {
    let depth = 100_000
    try write(#"{"t":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}", [])
    #expect(opening()?.code == .malformed)
  }

  @Test(arguments: [
    ([] as [UInt8], SafetensorsError.Code.truncated), ([1, 2, 3], .truncated),
    ([9, 0, 0, 0, 0, 0, 0, 0, 123], .truncated),
    ([255, 255, 255, 255, 255, 255, 255, 255], .malformed), ([255, 255, 255, 255, 255, 255, 255, 127], .malformed),
    ([1, 225, 245, 5, 0, 0, 0, 0], .malformed), ([0, 225, 245, 5, 0, 0, 0, 0], .truncated),
  ])
  func refusesUnsoundLengths(bytes: [UInt8], code: SafetensorsError.Code) throws {
    try Data(bytes).write(to: URL(filePath: path))
    #expect(opening()?.code == code)
  }

  /// A sparse file of 1 TB with a small header costs neither memory nor time.
  @Test func opensHugeFiles() throws {
    try write(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[999999999996,1000000000000]}}"#, [])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1_000_000_000_000 + 8 + 77)
    try handle.close()
    let file = try SafetensorsFile(path: path)
    #expect(try read(file, "t", [1]) == [0])
  }

  /// The file shrinks between opening and reading.
  @Test func noticesWhenAFileShrinks() throws {
    try write(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, [UInt8](repeating: 0, count: 16))
    let file = try SafetensorsFile(path: path)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 70)
    try handle.close()
    do throws(SafetensorsError) {
      _ = try read(file, "t", [4])
      Issue.record("a truncated tensor was read")
    } catch {
      #expect(error.code == .truncated)
    }
  }

  @Test func refusesWhatIsNoFile() {
    #expect(opening()?.code == .unreadable)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(opening()?.description == "The safetensors file \(path) cannot be used: it is not a regular file.")
  }

  private func opening() -> SafetensorsError? {
    do throws(SafetensorsError) {
      _ = try SafetensorsFile(path: path)
      return nil
    } catch { return error }
  }

  private func write(_ header: String, _ data: [UInt8]) throws {
    let length = UInt64(header.utf8.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
    try Data(bytes).write(to: URL(filePath: path))
  }

  private func read(
    _ file: borrowing SafetensorsFile, _ name: String, _ shape: Shape
  ) throws(SafetensorsError) -> [Float] {
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: shape.count)
    defer { buffer.deallocate() }
    try file.read(name, shape: shape, into: buffer)
    return Array(buffer)
  }
}
