import AppTestSupport
import Foundation
import Testing

@Suite struct TopologyTests {
  @Test func thePictureIsWrittenAndTheReportShown() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(["topology", "--svg", "machine.svg"], in: folder)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.error == "")
      #expect(run.output.contains("\n  allowed       "))
      #expect(run.output.contains("\n  cache groups  "))
      let svg = try String(contentsOf: folder.appending(path: "machine.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
      #expect(!svg.contains("class=\"instance\""))
    }
  }

  @Test func aPlacementIsMarked() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        [
          "topology", "--synthetic", "pack:2 [numa] l3:2 core:4 pu:2", "--svg", "placed.svg", "--placement", "per-llc",
          "--threads", "3",
        ], in: folder)
      #expect(run.status == 0, "\(run.error)")
      let svg = try String(contentsOf: folder.appending(path: "placed.svg"), encoding: .utf8)
      // Four cache groups with three threads each, and the legend's example.
      for (mark, count) in [("#1", 4), ("#2", 3), ("#3", 3), ("#4", 3), ("#0", 0), ("#5", 0)] {
        #expect(svg.components(separatedBy: ">\(mark)</text>").count - 1 == count, "\(mark)")
      }
      #expect(svg.contains(">Placement per-llc</text>"))
    }
  }

  @Test func aLargeMachineIsAFewLinesAndWholeAsJSON() throws {
    try AssayProcess.withFolder { folder in
      let machine = ["--synthetic", "pack:8 [numa] l3:4 core:8 pu:2"]
      let text = try AssayProcess.run(["topology"] + machine, in: folder)
      #expect(text.status == 0, "\(text.error)")
      #expect(text.output.split(separator: "\n").count < 20)
      #expect(text.output.contains("2 × PU [0-511]"))
      let json = try AssayProcess.json(AssayProcess.run(["topology", "--json"] + machine, in: folder).output)
      #expect((json["cores"] as? [Any])?.count == 256)
      #expect((json["allowedPUs"] as? [Int]) == Array(0..<512))
      #expect((json["kinds"] as? [Any])?.isEmpty == true)
    }
  }
}
