import Foundation
import Testing

@testable import Records

@Suite struct RecordDigestTests {
  /// What `sha256sum` says of the file.
  @Test func theDigestIsThatOfTheFile() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "digest-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let record = RecordFile(path: file.path)
    try record.write(Examples.record())
    let (read, digest) = try record.readDigested()
    #expect(try read == record.read())
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = [file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(digest.count == 64 && said.hasPrefix("\(digest) "))
  }

  @Test func aDamagedRecordHasNone() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "digest-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("{}".utf8).write(to: file)
    #expect(throws: RecordError.self) { try RecordFile(path: file.path).readDigested() }
  }
}
