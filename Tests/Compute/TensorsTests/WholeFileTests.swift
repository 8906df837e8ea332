import Foundation
import Tensors
import Testing

@Suite struct WholeFileTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "whole-file-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func write(_ text: String, to url: URL) throws(WholeFile.WriteError) {
    var failure: WholeFile.WriteError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(WholeFile.WriteError) { try WholeFile.replace(url.path, with: [bytes]) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  @Test func aFileIsReplacedAndALinkStays() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "file"), link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "file")
      for text in ["first", "second, longer", "x"] {
        try Self.write(text, to: link)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == "file")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "link"])
    }
  }

  /// Whoever replaces the device by a file breaks the machine.
  @Test func aPipeIsWrittenTo() throws {
    try Self.withFolder { folder in
      let pipe = folder.appending(path: "pipe")
      try #require(mkfifo(pipe.path, 0o600) == 0)
      // Held open for reading, so that the write finds a reader.
      let reader = open(pipe.path, O_RDONLY | O_NONBLOCK)
      try #require(reader >= 0)
      defer { close(reader) }
      try Self.write("through", to: pipe)
      var bytes = [UInt8](repeating: 0, count: 16)
      #expect(read(reader, &bytes, bytes.count) == 7)
      #expect(String(decoding: bytes.prefix(7), as: UTF8.self) == "through")
      var status = stat()
      #expect(stat(pipe.path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }
  }

  /// What can be written is known before, and asking leaves nothing behind.
  @Test func whatCannotBeReplacedIsKnownBefore() throws {
    try Self.withFolder { folder in
      for name in ["inner", "inner/target"] {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: false)
      }
      let link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "inner/file")
      try Self.write("x", to: link)
      for path in [link.path, folder.appending(path: "new").path, "/dev/null"] {
        try WholeFile.requireReplaceable(path)
      }
      #expect(throws: WholeFile.WriteError(reason: "it is a folder")) {
        try WholeFile.requireReplaceable(folder.appending(path: "inner").path)
      }
      #expect(throws: WholeFile.WriteError(reason: "No such file or directory")) {
        try WholeFile.requireReplaceable(folder.appending(path: "no/file").path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["inner", "link"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "inner").path).sorted()
          == ["file", "target"])
    }
  }

  @Test func whatTheSystemSaysIsTheReason() throws {
    try Self.withFolder { folder in
      let missing = folder.appending(path: "no/file")
      #expect(throws: WholeFile.WriteError(reason: "No such file or directory")) { try Self.write("x", to: missing) }
    }
  }
}
