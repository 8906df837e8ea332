import Foundation
import Records
import Testing

@testable import Harness

@Suite struct FidelityReferenceTests {
  private let key = FidelityReference.Key(workload: "a/b", engine: "native", pus: [0, 1], samples: 2, maxISA: nil)
  private let reference = FidelityReference(
    outputs: [[1, -0.0, .leastNonzeroMagnitude], [3.5]],
    memoryPlan: .init(weights: 1, activations: 2, scratch: 3, weightBytesMoved: 4, activationBytesMoved: 5))

  private func file(in folder: Folder) throws -> String {
    folder.path + "/" + (try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first))
  }

  @Test func whatIsLeftIsFound() throws {
    let folder = try Folder()
    #expect(FidelityReference(key, in: folder.path) == nil)
    reference.leave(key, in: folder.path)
    let found = try #require(FidelityReference(key, in: folder.path))
    #expect(found == reference)
    #expect(found.outputs[0][1].sign == .minus)
  }

  @Test(arguments: ["workload", "engine", "pus", "samples", "isa"])
  func othersOutputsAreNotTaken(part: String) throws {
    let folder = try Folder()
    reference.leave(key, in: folder.path)
    let other = FidelityReference.Key(
      workload: part == "workload" ? "c" : "a/b", engine: part == "engine" ? "emulator" : "native",
      pus: part == "pus" ? [0] : [0, 1], samples: part == "samples" ? 3 : 2, maxISA: part == "isa" ? "avx2" : nil)
    #expect(FidelityReference(other, in: folder.path) == nil)
    // Even where it lies in their place.
    let ours = try file(in: folder)
    reference.leave(other, in: folder.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let theirs = try #require(names.map { "\(folder.path)/\($0)" }.first { $0 != ours })
    try FileManager.default.removeItem(atPath: ours)
    try FileManager.default.moveItem(atPath: theirs, toPath: ours)
    #expect(FidelityReference(key, in: folder.path) == nil)
  }

  @Test(arguments: [0, 1, 30, -1, -4])
  func halfAFileIsNone(length: Int) throws {
    let folder = try Folder()
    reference.leave(key, in: folder.path)
    let path = try file(in: folder)
    let data = try Data(contentsOf: URL(filePath: path))
    try data.prefix(length < 0 ? data.count + length : length).write(to: URL(filePath: path))
    #expect(FidelityReference(key, in: folder.path) == nil)
  }

  @Test(arguments: ["", "\n", "{}\n", "nonsense"])
  func nonsenseIsNone(text: String) throws {
    let folder = try Folder()
    reference.leave(key, in: folder.path)
    try Data(text.utf8).write(to: URL(filePath: file(in: folder)))
    #expect(FidelityReference(key, in: folder.path) == nil)
  }

  @Test func aFolderThatIsGoneIsNoFault() throws {
    reference.leave(key, in: "/nonexistent/folder")
    #expect(FidelityReference(key, in: "/nonexistent/folder") == nil)
  }

  @Test func theSharedFolderGoesWithItsOwner() throws {
    var folder: SharedFolder? = SharedFolder()
    let path = try #require(folder?.path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    reference.leave(key, in: path)
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
