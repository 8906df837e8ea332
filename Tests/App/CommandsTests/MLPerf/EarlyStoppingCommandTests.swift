import AppTestSupport
import Foundation
import Testing

@Suite struct EarlyStoppingCommandTests {
  private struct Overview: Decodable {
    let percentile: Double
    let rows: [Row]
    let queries: Queries?
    let over: Over?

    struct Row: Decodable {
      let over: Int
      let queries: Int
    }
    struct Queries: Decodable {
      let allowedOver: Int?
    }
    struct Over: Decodable {
      let needed: Int
      let missing: Int?
    }
  }

  private func overview(_ arguments: [String]) throws -> Overview {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["mlperf", "early-stopping", "--json"] + arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      return try JSONDecoder().decode(Overview.self, from: Data(result.output.utf8))
    }
  }

  @Test("Says what LoadGen says, for shares and percent alike", arguments: ["0.9", "90%"])
  func numbers(percentile: String) throws {
    let overview = try overview(["--percentile", percentile, "--queries", "1024", "--over", "10"])
    #expect(overview.percentile == 0.9)
    #expect(overview.rows.prefix(6).map(\.queries) == [44, 64, 81, 97, 113, 127])
    #expect(overview.queries?.allowedOver == 80)
    #expect(overview.over?.needed == 197)
    #expect(overview.over?.missing == 0)
  }

  @Test(
    "What makes no sense is refused in a sentence",
    arguments: [
      ["--percentile", "1"], ["--percentile", "0"], ["--percentile", "nan"], ["--percentile", "150%"],
      ["--confidence", "100%"], ["--tolerance", "0.99"], ["--queries=-1"], ["--over=-1"],
      ["--queries", "9223372036854775807"], ["--over", "9223372036854775807"], ["--queries", "many"],
    ])
  func nonsense(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["mlperf", "early-stopping"] + arguments, in: folder)
      #expect(result.status == 64, "\(result.output)")
      #expect(!result.error.isEmpty)
    }
  }
}
