import FoundationEssentials
import Glibc
import Records
import Testing

@Suite struct RecordFileTests {
  /// A fresh folder that goes when the test ends.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID().uuidString)").path()
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> RecordFile { RecordFile(path: path + "/" + name) }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try Folder()
    let file = folder.file("a.json")
    var record = Examples.record()
    try file.write(record)
    #expect(try file.read() == record)
    record.warnings.append("another")
    try file.write(record)
    #expect(try file.read() == record)
    #expect(folder.names == ["a.json"])
  }

  /// Root could otherwise rename a record over a device.
  @Test func whatIsNoRegularFileIsNotReplaced() throws {
    let folder = try Folder()
    let file = folder.file("pipe")
    #expect(mkfifo(file.path, 0o600) == 0)
    let error = #expect(throws: RecordError.self) { try file.write(Examples.record()) }
    #expect(error?.kind == .cannotWrite)
    var status = stat()
    #expect(stat(file.path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    #expect(folder.names == ["pipe"])
  }

  @Test func aLeftoverOfACrashIsReplaced() throws {
    let folder = try Folder()
    let leftover = Data(repeating: 65, count: 1 << 20)
    #expect(FileManager.default.createFile(atPath: folder.path + "/a.json.partial", contents: leftover))
    let file = folder.file("a.json")
    try file.write(Examples.record())
    #expect(try file.read() == Examples.record())
    #expect(folder.names == ["a.json"])
  }

  @Test func aRefusedWriteLeavesTheOldFileAlone() throws {
    let folder = try Folder()
    let file = folder.file("a.json")
    try file.write(Examples.record())
    // A folder in the place of the new text refuses even root.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/a.json.partial", withIntermediateDirectories: false)
    var changed = Examples.record()
    changed.warnings = []
    let error = #expect(throws: RecordError.self) { try file.write(changed) }
    #expect(error?.kind == .cannotWrite)
    #expect(error?.exitCode == 73)
    #expect(try file.read() == Examples.record())
  }

  @Test func aMissingFolderIsOneSentence() {
    let error = #expect(throws: RecordError.self) {
      try RecordFile(path: "/proc/no-such-folder/a.json").write(Examples.record())
    }
    #expect(error?.kind == .cannotWrite)
    #expect(error?.description.contains("/proc/no-such-folder/a.json: cannot be written (No such file") == true)
  }

  @Test func aMissingFileIsNotFound() throws {
    let folder = try Folder()
    let error = #expect(throws: RecordError.self) { try folder.file("none.json").read() }
    #expect(error?.exitCode == 66)
    #expect(error?.description == "\(folder.path)/none.json: cannot be opened (No such file or directory).")
  }

  @Test func aFolderOrAPipeIsNoRecord() throws {
    let folder = try Folder()
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    for path in [folder.path, folder.path + "/pipe"] {
      let error = #expect(throws: RecordError.self) { try RecordFile(path: path).read() }
      #expect(error?.reason == "is not a regular file; a record is a JSON file")
    }
  }

  @Test func recordsThatStartTogetherGetFilesOfTheirOwn() throws {
    let folder = try Folder()
    for _ in 0..<3 { _ = try RecordFile.reserve(folder.path + "/r") }
    #expect(folder.names == ["r-2.json", "r-3.json", "r.json"])
    let error = #expect(throws: RecordError.self) { try RecordFile.reserve(folder.path + "/missing/r") }
    #expect(error?.kind == .cannotWrite)
  }

  @Test func aHugeFileIsRefusedBeforeItIsRead() throws {
    let folder = try Folder()
    let path = folder.path + "/huge.json"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    // Sparse: takes no space.
    #expect(truncate(path, RecordFile.sizeLimit + 1) == 0)
    let error = #expect(throws: RecordError.self) { try RecordFile(path: path).read() }
    #expect(error?.kind == .damaged)
    #expect(error?.reason.contains("are more than the") == true)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Examples.record().encoded()
    for length in stride(from: 0, to: bytes.count - 2, by: 97) {
      let error = #expect(throws: RecordError.self) { try Record(json: Array(bytes[..<length])) }
      #expect(error?.kind == .damaged)
    }
  }
}
