import AppTestSupport
import Foundation
import Testing

/// Which engine runs where nobody says which: the native one, in every command.
@Suite struct DefaultEngineTests {
  @Test(arguments: [
    ["explain", "resnet-small", "--json"], ["infer", "resnet-small", "--output-dir", "out", "--json"],
  ])
  func commandsOfOneEngineTakeTheNativeOne(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try AssayProcess.json(result.output)["engine"] as? String == "native")
    }
  }

  @Test(arguments: [["--suite", "quick"], ["--suite", "full"], ["--workload", "resnet-small"]])
  func plansMeasureTheNativeOne(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["plan", "--json"] + arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      let cells = try #require(try AssayProcess.json(result.output)["cells"] as? [[String: Any]])
      let engines = cells.compactMap { ($0["cell"] as? [String: Any])?["engine"] as? String }
      #expect(engines.count == cells.count && Set(engines) == ["native"])
    }
  }

  @Test func theListSaysWhichOneItIs() throws {
    try AssayProcess.withFolder { folder in
      let listing = try AssayProcess.json(AssayProcess.run(["list", "--json"], in: folder).output)
      let engines = try #require(listing["engines"] as? [[String: Any]])
      #expect(engines.filter { $0["isDefault"] as? Bool == true }.map { $0["name"] as? String } == ["native"])
      #expect(engines.count == 3)
      #expect(try AssayProcess.run(["list"], in: folder).output.contains("native (default):"))
    }
  }
}
