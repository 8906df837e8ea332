import Foundation
import Testing

@testable import ONNX

@Suite struct ExternalDataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The name of a model with an initialiser `w` of 4 floats in external data.
  private func model(_ entries: [(String, String)], at name: String = "m.onnx", dims: [Int] = [4]) throws -> String {
    let graph = WireModel.identity(WireModel.initializer("w", dims, 1, WireModel.external(entries)))
    try folder.write(WireModel.model(graph), to: name)
    return folder.file(name)
  }

  private static let floats: [Float] = [1, 2, 3, 4]

  private func load(_ path: String) throws -> [Float] {
    let tensor = try #require(try ONNXModel.read(path: path).graph.initializers.first)
    return try tensor.elements(as: Float.self)
  }

  @Test func readsARangeOfAFile() throws {
    try folder.makeFolder("weights")
    try folder.write([9, 9, 9] + Wire.raw(Self.floats), to: "weights/w.bin")
    let path = try model([("location", "weights/w.bin"), ("offset", "3"), ("length", "16"), ("checksum", "?")])
    #expect(try load(path) == Self.floats)
    let facts = try #require(try ONNXModel.read(path: path).file)
    #expect(facts.externalByteCount == 19 && facts.externalFiles == ["weights/w.bin"] && facts.path == path)
  }

  @Test func startsAtTheFirstByteAndMayFollowLinksInsideTheFolder() throws {
    try folder.write(Wire.raw(Self.floats) + [9], to: "real.bin")
    try folder.link("w.bin", to: "real.bin")
    #expect(try load(model([("location", "w.bin")])) == Self.floats)
  }

  /// A cache that links the model and its data out of one folder into another.
  @Test func mayLieWhereTheModelReallyIs() throws {
    try folder.makeFolder("blobs")
    try folder.makeFolder("snapshot")
    try folder.write(Wire.raw(Self.floats), to: "blobs/1234")
    _ = try model([("location", "w.bin")], at: "blobs/5678")
    try folder.link("snapshot/m.onnx", to: "../blobs/5678")
    try folder.link("snapshot/w.bin", to: "../blobs/1234")
    #expect(try load(folder.file("snapshot/m.onnx")) == Self.floats)
  }

  @Test(
    arguments: [
      ([("offset", "0")], 65, "the external data of tensor 'w' has no location"),
      (
        [("location", "w.bin"), ("location", "w.bin")], 65,
        "the external data of tensor 'w' has two entries 'location'"
      ),
      (
        [("location", "/etc/hostname")], 65,
        "the data of tensor 'w' is in '/etc/hostname', which is no path relative to the model's folder"
      ),
      ([("location", "")], 65, "the data of tensor 'w' is in '', which is no path relative to the model's folder"),
      (
        [("location", "w.bin\0.txt")], 65,
        "the data of tensor 'w' is in 'w.bin\u{FFFD}.txt', which is no path relative to the model's folder"
      ),
      (
        [("location", "../outside.bin")], 65,
        "the data of tensor 'w' is in '../outside.bin', which is outside the model's folder"
      ),
      (
        [("location", "inner/../../outside.bin")], 65,
        "the data of tensor 'w' is in 'inner/../../outside.bin', which is outside the model's folder"
      ),
      (
        [("location", "..")], 65, "the data of tensor 'w' is in '..', which is outside the model's folder"
      ),
      (
        [("location", "link.bin")], 65, "the data of tensor 'w' is in 'link.bin', which is outside the model's folder"
      ),
      (
        [("location", "linked/outside.bin")], 65,
        "the data of tensor 'w' is in 'linked/outside.bin', which is outside the model's folder"
      ),
      (
        [("location", "absent.bin")], 66,
        "the data of tensor 'w' is in 'absent.bin', which is not there (No such file or directory)"
      ),
      (
        [("location", "w.bin"), ("offset", "1")], 65,
        "tensor 'w' is 16 bytes from byte 1 of 'w.bin', which has 16"
      ),
      (
        [("location", "w.bin"), ("offset", "9223372036854775807")], 65,
        "tensor 'w' is 16 bytes from byte 9223372036854775807 of 'w.bin', which has 16"
      ),
      (
        [("location", "w.bin"), ("offset", "9223372036854775808")], 65,
        "the external data of tensor 'w' has the offset '9223372036854775808', which is no number of bytes"
      ),
      (
        [("location", "w.bin"), ("offset", "-1")], 65,
        "the external data of tensor 'w' has the offset '-1', which is no number of bytes"
      ),
      (
        [("location", "w.bin"), ("offset", "")], 65,
        "the external data of tensor 'w' has the offset '', which is no number of bytes"
      ),
      (
        [("location", "w.bin"), ("length", "12")], 65,
        "tensor 'w' is float32 4, that is 16 bytes, but its external data has length 12"
      ),
    ] as [([(String, String)], Int32, String)])
  func refuses(_ entries: [(String, String)], _ exitCode: Int32, _ reason: String) throws {
    try folder.makeFolder("models/inner")
    try folder.write(Wire.raw(Self.floats), to: "outside.bin")
    try folder.write(Wire.raw(Self.floats), to: "models/w.bin")
    try folder.link("models/link.bin", to: "../outside.bin")
    try folder.link("models/linked", to: "..")
    let path = try model(entries, at: "models/m.onnx")
    let error = #expect(throws: ONNXError.self) { try ONNXModel.read(path: path) }
    #expect(error?.reason == reason)
    #expect(error?.path == path)
    #expect(error?.exitCode == exitCode)
  }

  @Test func refusesWhatIsNoFile() throws {
    try folder.makeFolder("w.bin")
    let path = try model([("location", "w.bin")])
    let error = #expect(throws: ONNXError.self) { try ONNXModel.read(path: path) }
    #expect(error?.reason == "is not a regular file")
    #expect(error?.path?.hasSuffix("/w.bin") == true)
  }

  /// A small file behind many tensors must not become much memory.
  @Test func refusesTensorsThatShareAFileOverAndOver() throws {
    try folder.write(Wire.raw(Self.floats), to: "w.bin")
    try folder.link("link.bin", to: "w.bin")
    func shared(_ count: Int) throws -> String {
      let tensors = (0..<count).map {
        // Also where each calls it by another name.
        let location = String(repeating: "./", count: $0) + ($0 == 1 ? "link.bin" : "w.bin")
        return WireModel.initializer("w\($0)", [4], 1, WireModel.external([("location", location)]))
      }
      try folder.write(WireModel.model(WireModel.identity(tensors.flatMap { $0 })), to: "m.onnx")
      return folder.file("m.onnx")
    }
    let most = try ONNXModel.read(path: shared(4))
    #expect(most.graph.initializers.count == 4)
    #expect(most.file?.externalByteCount == 16)
    let error = #expect(throws: ONNXError.self) { try ONNXModel.read(path: shared(5)) }
    #expect(error?.reason == "the tensors up to 'w4' claim 80 bytes of '././././w.bin', which has only 16")
  }

  @Test func filesThatChangeUnderwayAreErrors() throws {
    try folder.write(Wire.raw(Self.floats), to: "w.bin")
    let external = try #require(try ONNXModel.read(path: model([("location", "w.bin")])).graph.initializers.first)
    try folder.write([1, 2], to: "w.bin")
    #expect(throws: ONNXError.self) { try external.load() }
    let graph = WireModel.identity(WireModel.initializer("w", [4], 1, Wire.bytes(9, Wire.raw(Self.floats))))
    try folder.write(WireModel.model(graph), to: "inner.onnx")
    let inner = try #require(try ONNXModel.read(path: folder.file("inner.onnx")).graph.initializers.first)
    #expect(try inner.elements(as: Float.self) == Self.floats)
    #expect(truncate(folder.file("inner.onnx"), 20) == 0)
    let error = #expect(throws: ONNXError.self) { try inner.load() }
    #expect(error?.reason.hasPrefix("became shorter while it was read: it now ends before byte ") == true)
  }

  @Test func modelsThatCannotBeOpenedAreNotFound() throws {
    for (name, reason) in [
      ("absent.onnx", "cannot be opened (No such file or directory)"), ("", "is not a regular file"),
    ] {
      let error = #expect(throws: ONNXError.self) { try ONNXModel.read(path: folder.file(name)) }
      #expect(error?.reason == reason && error?.exitCode == 66)
    }
    #expect(throws: ONNXError.self) { try ONNXModel.read(path: "a\0b") }
    // A pipe that nobody writes to must not be waited for.
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(throws: ONNXError.self) { try ONNXModel.read(path: folder.file("pipe")) }
  }
}
