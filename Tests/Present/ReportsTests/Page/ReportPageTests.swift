import Analysis
import Foundation
import Records
import Testing

@testable import Reports

private let folder = ProcessInfo.processInfo.environment["ASSAY_REPORT_PAGES"]

/// Every part of a page, and why it is missing where it is: said of each sample.
private let parts: [(page: String, parts: [String], missing: [String])] = [
  (
    "busy",
    [
      "answer", "warnings", "performance", "latency", "scaling", "energy", "precision", "memory", "failures", "machine",
      "commands",
    ], ["Cost and carbon", "Speed, error and energy", "Roofline", "Costs of nodes"]
  ),
  (
    "energy",
    [
      "answer", "performance", "latency", "scaling", "energy", "costs", "memory", "failures", "machine",
      "commands",
    ], ["Warnings", "Precision and fidelity", "Speed, error and energy", "Roofline", "Costs of nodes"]
  ),
  (
    "contracts",
    [
      "answer", "performance", "latency", "energy", "precision", "trade-off", "memory", "failures", "machine",
      "commands",
    ],
    ["Scaling", "Cost and carbon", "Roofline", "Costs of nodes"]
  ),
  ("nodes", ["performance", "latency", "roofline", "nodes", "memory", "machine", "commands"], ["Energy", "Scaling"]),
  (
    "none", ["answer", "machine"],
    [
      "Warnings", "Performance", "Latency distribution", "Scaling", "Energy", "Roofline", "Memory", "Failures",
      "Commands",
    ]
  ),
]

@Suite struct ReportPageTests {
  private static func page(_ name: String) throws -> PageContent { try PageSample.made(name).content }

  /// `ASSAY_REPORT_PAGES=FOLDER swift test --filter ReportPageTests` leaves the pages for `scripts/check-report FOLDER`.
  @Test(.enabled(if: folder != nil, "pages are written where ASSAY_REPORT_PAGES names a folder"))
  func writesPages() throws {
    let folder = URL(fileURLWithPath: try #require(folder))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for page in try PageSample.made.get() {
      #expect(page.html.hasSuffix("</html>\n"))
      try Data(page.html.utf8).write(to: folder.appending(path: "\(page.name).html"))
    }
    // For Benchmarks/micro/ReportPage.
    try RecordFile(path: folder.appending(path: "large.json").path).write(PageSample.largest)
  }

  @Test func theScriptIsTheOneThatThePolicyAllows() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data(PageScript.text.utf8))
    try input.fileHandleForWriting.close()
    let digits = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).prefix(64)
    process.waitUntilExit()
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    #expect(Data(bytes).base64EncodedString() == PageScript.sha256)
    #expect(!PageScript.text.contains("</"))
  }

  /// What is not there is named with its reason instead.
  @Test(arguments: parts)
  func everyPartIsThereOrSaysWhyNot(name: String, parts: [String], missing: [String]) throws {
    let page = try Self.page(name)
    let ids = page.all("section").compactMap { $0.attributes["id"] }
    for part in parts { #expect(ids.contains("r1-\(part)"), "\(part) of \(ids)") }
    let terms = page.elements.filter { $0.name == "dt" }.map(\.text)
    for part in missing { #expect(terms.contains(part), "\(part)") }
    // Nothing is both, and whatever has no section has a reason; the answer, the machine, which has a fact called Memory,
    // and the reasons are always there.
    let there = ids.count { $0.hasPrefix("r1-") } - 3
    #expect(there + terms.count(where: Self.names.contains) - 1 == Self.names.count)
  }

  /// The parts that may be missing.
  private static let names: Set<String> = [
    "Warnings", "Performance", "Latency distribution", "Scaling", "Energy", "Cost and carbon", "Precision and fidelity",
    "Speed, error and energy", "Roofline", "Costs of nodes", "Memory", "Failures", "Commands",
  ]

  /// Of every page: one script, no address of anything outside, ids that are unique, links and labels that lead somewhere.
  @Test func pagesAreSound() throws {
    for page in try PageSample.made.get() {
      let (name, html, reader) = (page.name, page.html, page.content)
      let ids = reader.elements.compactMap { $0.attributes["id"] }
      #expect(Set(ids).count == ids.count, "\(name)")
      let references = reader.elements.flatMap { element in
        (element.attributes["aria-labelledby"]?.split(separator: " ").map(String.init) ?? [])
          + (element.name == "a" ? [String(element.attributes["href"]?.dropFirst() ?? "")] : [])
      }
      #expect(Set(references).subtracting(ids) == [], "\(name)")
      #expect(reader.all("script").count == 1 && reader.all("img").isEmpty, "\(name)")
      for attribute in ["src", "srcset", "action", "onclick", "style", "background"] {
        #expect(!reader.elements.contains { $0.attributes[attribute] != nil }, "\(name): \(attribute)")
      }
      #expect(
        reader.elements.filter { $0.attributes["href"]?.hasPrefix("#") == false }.map(\.name) == ["link"], "\(name)")
      // But for the picture format's own name nothing has an address, and styles load nothing.
      #expect(!html.contains("url(") && !html.contains("@import"), "\(name)")
      let tables = reader.all("table")
      #expect(
        tables.count == reader.all("caption").count && !reader.all("caption").contains { $0.text.isEmpty }, "\(name)")
      #expect(!reader.all("th").contains { $0.attributes["scope"] == nil }, "\(name)")
    }
  }

  @Test func thePolicyForbidsAllThatIsNotOnThePage() throws {
    let page = try Self.page("busy")
    let policy = try #require(page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    let rules = try #require(policy.attributes["content"])
    #expect(rules.hasPrefix("default-src 'none'; "))
    #expect(!rules.contains("http") && !rules.contains("*") && !rules.contains("script-src 'unsafe-inline'"))
    #expect(rules.contains("form-action 'none'") && rules.contains("base-uri 'none'"))
  }

  /// What comes from outside is text wherever it appears, and turns nothing around.
  @Test func hostileTextsStayTexts() throws {
    let page = try PageSample.made("hostile")
    let (html, reader) = (page.html, page.content)
    #expect(html.components(separatedBy: "<script").count == 2)
    #expect(!html.contains("onerror=alert(2)>") && !html.contains("\u{202E}") && !html.contains("\u{200F}"))
    #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    let shown = PageSample.hostile.printable
    #expect(reader.texts("h1") == [shown] && reader.texts("title").first == shown)
    let commands = reader.elements.filter { $0.attributes["class"] == "command" }.map(\.text)
    #expect(commands.contains(shown) && commands.contains("assay run --model '\(shown)'"))
    for place in ["th", "td", "dd", "li", "desc", "caption"] where place != "desc" {
      #expect(reader.texts(place).contains { $0.contains("</script><script>alert(1)</script>\"'>") }, "\(place)")
    }
  }

  @Test func everyCellHasItsCommand() throws {
    for name in ["busy", "sweep", "large"] {
      let reader = try Self.page(name)
      let record = try #require(["busy": Sample.busy, "sweep": SweepSample.full, "large": PageSample.largest][name])
      let commands = Set(reader.elements.filter { $0.attributes["class"] == "command" }.map(\.text))
      for cell in record.cells { #expect(commands.contains(cell.repro), "\(name): \(cell.id)") }
    }
  }

  @Test func severalRecordsHaveAnOverviewAndLinks() throws {
    let page = try Self.page("several")
    let records = page.elements.filter { $0.attributes["class"] == "record" }.compactMap { $0.attributes["id"] }
    #expect(records == ["overview", "r1", "r2", "r3", "r4", "r5", "r6"])
    let links = page.elements.filter { $0.name == "a" && $0.path.contains("nav") }.compactMap { $0.attributes["href"] }
    for record in records { #expect(links.contains("#\(record)")) }
    #expect(links.contains("#r1-latency") && links.contains("#r4-precision"))
    // One row for each workload of each record, with the file's name.
    let table = page.elements.filter { $0.name == "th" && $0.attributes["scope"] == "row" }.map(\.text)
    #expect(
      table.prefix(7) == ["lifelike.json", "sweep.json", "run.json", "run.json", "run.json", "line.json", "none.json"])
  }

  @Test func ofOneRecordThereIsNoOverview() throws {
    let page = try Self.page("lifelike")
    #expect(!page.elements.contains { $0.attributes["id"] == "overview" })
    #expect(page.texts("h1") == ["resnet50 on Example CPU 9000"])
  }

  /// 500 cells of five rounds of 200 queries: at most 5 MB, and nothing of them left out.
  @Test func aLargeRecordStaysSmall() throws {
    let record = PageSample.largest
    #expect(record.cells.count == 500)
    #expect(
      record.cells.allSatisfy {
        $0.rounds.count == 5 && $0.rounds.allSatisfy { $0.performance?.latencies.count == 200 }
      })
    let page = try PageSample.made("large")
    #expect(page.html.utf8.count <= 5_000_000, "\(page.html.utf8.count)")
    let reader = page.content
    let marks = reader.all("svg").filter { $0.attributes["data-chart"] == "latency" }.compactMap {
      $0.attributes["data-marks"]
    }
    #expect(marks.compactMap { Int($0) }.reduce(0, +) == 500 * LatencyChart.marksOfRow)
    #expect(reader.texts("caption").contains("Speed of 500 cells"))
  }

  /// Many queries take no more room than a few.
  @Test func queriesTakeNoRoom() throws {
    let few = ReportPage([try PageSample.item(PageSample.large(cells: 2, rounds: 2, queries: 200))]).html.utf8.count
    let many = ReportPage([try PageSample.item(PageSample.large(cells: 2, rounds: 2, queries: 2000))]).html.utf8.count
    #expect(Double(many) < 1.1 * Double(few), "\(few) \(many)")
  }
}
