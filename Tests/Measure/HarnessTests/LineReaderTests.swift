import Foundation
import Glibc
import Testing

@testable import Harness

@Suite struct LineReaderTests {
  /// Reads everything that a file of `text` has.
  private func lines(_ text: String, limit: Int = 100) throws -> [String] {
    let folder = try Folder()
    let descriptor = open(try folder.write("in", text), O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let reader = LineReader(descriptor: descriptor, limit: limit)
    var lines: [String] = []
    while let line = reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  @Test(
    arguments: [
      ("", []), ("a\n", ["a"]), ("a\n\nb\n", ["a", "", "b"]), ("a\nb", ["a"]), ("no end", []),
    ] as [(String, [String])])
  func linesEndWithALineFeed(text: String, expected: [String]) throws {
    #expect(try lines(text) == expected)
  }

  @Test func aLineMayBeLongerThanARead() throws {
    let long = String(repeating: "x", count: 100_000)
    #expect(try lines(long + "\nshort\n", limit: 200_000) == [long, "short"])
  }

  @Test func aLineBeyondTheLimitIsRefused() throws {
    #expect(try lines(String(repeating: "x", count: 100_000) + "\n", limit: 10_000).isEmpty)
  }

  /// A worker waits for its next window: what is there must not wait for more.
  @Test func aLineIsReturnedBeforeTheEnd() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    let reader = LineReader(descriptor: ends[0], limit: 100)
    try #require(write(ends[1], "one\ntwo\nthr", 11) == 11)
    #expect(reader.next() == Array("one".utf8))
    #expect(reader.next() == Array("two".utf8))
    try #require(write(ends[1], "ee\n", 3) == 3)
    #expect(reader.next() == Array("three".utf8))
  }
}
