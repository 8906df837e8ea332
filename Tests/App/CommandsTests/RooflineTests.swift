import Foundation
import Testing

@Suite struct RooflineTests {
  @Test func whatIsMeasuredIsWrittenAndShownAgain() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        ["roofline", "--threads", "1", "--precision", "fp32", "--seconds", "0.001", "--output", "r.json", "--json"],
        in: folder)
      #expect(run.status == 0, "\(run.error)")
      let printed = try AssayProcess.json(run.output)
      let written = try AssayProcess.json(at: folder.appendingPathComponent("r.json"))
      #expect(printed as NSDictionary == written as NSDictionary)
      let roofline = try #require(written["roofline"] as? [String: Any])
      let peaks = try #require(roofline["peaks"] as? [[String: Any]])
      #expect(!peaks.isEmpty)
      #expect(peaks.allSatisfy { $0["precision"] as? String == "fp32" })

      let shown = try AssayProcess.run(["roofline", "--from", "r.json", "--svg", "r.svg"], in: folder)
      #expect(shown.status == 0, "\(shown.error)")
      #expect(shown.output.contains("Arithmetic\n"))
      #expect(shown.output.contains("Latency of one thread\n"))
      #expect(shown.error == "")
      let svg = try String(contentsOf: folder.appendingPathComponent("r.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    }
  }

  @Test(arguments: ["--svg", "--output"])
  func whatCannotBeWrittenIsSaid(option: String) throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        ["roofline", "--threads", "1", "--precision", "fp32", "--seconds", "0.001", option, "missing/file"], in: folder)
      #expect(run.status == 73, "\(run.error)")
      #expect(run.error.contains("missing/file"))
    }
  }
}
