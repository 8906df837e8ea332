import AppTestSupport
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
      // It is said before anything is measured.
      #expect(!run.error.contains("figures"))
    }
  }

  @Test func aFolderCannotBeReplaced() throws {
    try AssayProcess.withFolder { folder in
      let place = folder.appendingPathComponent("place")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
      let run = try AssayProcess.run(["roofline", "--output", "place"], in: folder)
      #expect(run.status == 73, "\(run.error)")
      #expect(run.error.contains("folder") && !run.error.contains("figures"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
    }
  }

  /// Figures that no machine has would draw a picture of NaN.
  @Test(arguments: ["1e308", "1e-308", "0", "-1"])
  func hostileFiguresAreRefused(value: String) throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        ["roofline", "--threads", "1", "--precision", "fp32", "--seconds", "0.001", "--output", "r.json"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let path = folder.appendingPathComponent("r.json")
      let text = try String(contentsOf: path, encoding: .utf8)
      let hostile = text.replacing(/"best" : [0-9.e+-]+/, with: "\"best\" : \(value)")
      #expect(hostile != text)
      try Data(hostile.utf8).write(to: path)
      let shown = try AssayProcess.run(["roofline", "--from", "r.json", "--svg", "r.svg"], in: folder)
      #expect(shown.status == 65)
      #expect(shown.error.split(separator: "\n").count == 1 && shown.error.contains("r.json"), "\(shown.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r.svg").path))
    }
  }

  @Test func nodesOfARunAreHeldAgainstTheRoofline() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "resnet-small", "--threads", "1", "--rounds", "1", "--min-duration", "0.05",
          "--max-warm-up", "0.1", "--per-node", "--svg", "nodes.svg", "--output", "record.json", "--json",
        ], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let cells = try #require(try AssayProcess.json(run.output)["nodes"] as? [[String: Any]])
      let nodes = try #require(cells.first?["nodes"] as? [[String: Any]])
      #expect(nodes.contains { ($0["ceiling"] as? [String: Any])?["bound"] as? String == "compute" })
      #expect(nodes.allSatisfy { ($0["seconds"] as? Double ?? 0) > 0 })
      let record = folder.appendingPathComponent("record.json")
      #expect(try AssayProcess.json(at: record)["roofline"] is [String: Any])

      let shown = try AssayProcess.run(["show", "record.json", "--svg", "again.svg"], in: folder)
      #expect(shown.status == 0, "\(shown.error)")
      #expect(shown.output.contains("Nodes of resnet-small/fp32/native/t1/b1/SingleStream"))
      let pictures = try ["nodes.svg", "again.svg"].map {
        try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
      }
      #expect(pictures[0] == pictures[1])
      #expect(pictures[0].contains("fp32-point"))
    }
  }

  @Test func aRecordWithoutNodesHasNoPicture() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "resnet-small", "--threads", "1", "--rounds", "1", "--min-duration", "0.02",
          "--max-warm-up", "0.1", "--output", "record.json",
        ], in: folder)
      #expect(run.status == 0, "\(run.error)")
      #expect(!run.output.contains("Nodes of"))
      let shown = try AssayProcess.run(["show", "record.json", "--svg", "nodes.svg"], in: folder)
      #expect(shown.status == 65)
      #expect(shown.error.contains("--per-node"))
    }
  }
}
