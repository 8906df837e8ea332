import Foundation
import NumericFormats
import Testing

@testable import Reports

/// The pages in `docs/contracts` say what the program says. With ASSAY_UPDATE_SNAPSHOTS=1 the generated parts are written.
@Suite struct ContractPagesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/contracts")

  /// Holds the part of a page between `<!-- NAME -->` and `<!-- /NAME -->` against a text.
  private static func expect(_ part: String, of page: String, is text: String) throws {
    let file = folder.appending(path: page)
    let content = try #require(try? String(contentsOf: file, encoding: .utf8), "there is no page \(page)")
    let start = try #require(content.range(of: "<!-- \(part) -->\n"), "\(page) has no part \(part)")
    let end = try #require(content.range(of: "<!-- /\(part) -->"), "\(page) has no end of \(part)")
    try #require(start.upperBound <= end.lowerBound)
    let range = start.upperBound..<end.lowerBound
    if ProcessInfo.processInfo.environment["ASSAY_UPDATE_SNAPSHOTS"] == "1" {
      try Data(content.replacingCharacters(in: range, with: text).utf8).write(to: file)
      return
    }
    #expect(content[range] == text, "\(page), \(part): run the tests with ASSAY_UPDATE_SNAPSHOTS=1")
  }

  @Test(arguments: NumericsContract.all.map(\.name)) func page(name: String) throws {
    let contract = try #require(NumericsContract.named(name))
    let page = "\(name).md"
    try Self.expect("facts", of: page, is: ContractReport.markdown(contract))
    try Self.expect("summary", of: page, is: contract.summary.wrapped(to: 118).joined(separator: "\n") + "\n")
    let content = try String(contentsOf: Self.folder.appending(path: page), encoding: .utf8)
    #expect(content.hasPrefix("# The contract `\(name)`\n"))
    for heading in ["What it fixes", "Formula", "Where it occurs", "Held against hardware", "Exact and fast mode"] {
      let start = try #require(content.range(of: "\n## \(heading)\n"), "\(page) lacks \(heading)")
      let rest = content[start.upperBound...]
      let body = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
      #expect(body.count > 30, "\(page): nothing under \(heading)")
    }
    if let instruction = contract.instruction {
      let start = try #require(content.range(of: "## Held against hardware"))
      #expect(
        content[start.upperBound...].contains(instruction.name) || content.contains("u8s8-maddubs.md"),
        "\(page) does not say how \(instruction.name) was tried")
    }
  }

  @Test func overview() throws {
    try Self.expect("contracts", of: "README.md", is: ContractReport.markdown(NumericsContract.all))
  }

  @Test func noPageIsLeftOver() throws {
    let pages = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(pages) == Set(NumericsContract.all.map { "\($0.name).md" } + ["README.md"]))
  }
}
