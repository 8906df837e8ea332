import Testing

@testable import Harness

@Suite struct LineSplitterTests {
  private func split(_ parts: [String], limit: Int = 100, overflow: LineSplitter.Overflow = .cut) throws -> [String] {
    var splitter = LineSplitter(limit: limit, overflow: overflow)
    var lines: [[UInt8]] = []
    for part in parts { try Array(part.utf8).withUnsafeBytes { lines += try splitter.add($0) } }
    if let rest = splitter.finish() { lines.append(rest) }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (["a\nb\n"], ["a", "b"]), (["a", "b", "\n", "c"], ["ab", "c"]), (["\n\n"], ["", ""]), ([""], []), ([], []),
    (["a\n", "\nb"], ["a", "", "b"]),
  ])
  func linesAreCutAtLineFeeds(parts: [String], lines: [String]) throws {
    #expect(try split(parts) == lines)
  }

  @Test func longLinesAreCutOrRefused() throws {
    #expect(try split(["abcdef", "ghi\nxy\n"], limit: 4) == ["abcd", "xy"])
    #expect(try split(["abcd\n"], limit: 4, overflow: .refuse) == ["abcd"])
    #expect(throws: LineSplitter.TooLong.self) { try split(["abc", "de"], limit: 4, overflow: .refuse) }
  }
}
