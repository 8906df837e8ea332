import AppTestSupport
import Foundation
import Testing

/// `assay verify` of a record that this build wrote.
@Suite(.serialized) struct VerifyCommandTests {
  /// One record for all tests, measured once.
  private static let record = Result {
    try AssayProcess.withFolder { folder -> Data in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "2", "--min-duration", "0.1",
          "--max-warm-up", "0.1", "--scenario", "SingleStream", "--output", "record.json",
        ], in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try Data(contentsOf: folder.appending(path: "record.json"))
    }
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      try body(folder)
    }
  }

  /// Writes the record with a change of its text.
  private func write(_ name: String, in folder: URL, _ edit: (String) -> String) throws {
    let text = String(decoding: try Self.record.get(), as: UTF8.self)
    let edited = edit(text)
    #expect(edited != text, "nothing was edited for \(name)")
    try Data(edited.utf8).write(to: folder.appending(path: name))
  }

  @Test func whatWasJustWrittenIsWell() throws {
    try inFolder { folder in
      let result = try AssayProcess.run(["verify", "record.json", "--require-seal"], in: folder)
      #expect(result.status == 0, "\(result.error)\(result.output)")
      #expect(result.output.contains("All well.") && result.output.contains("seal"))
      #expect(result.error.isEmpty)
    }
  }

  @Test func anEditIsFoundOutAndGivesNoFigures() throws {
    try inFolder { folder in
      try write("edited.json", in: folder) { $0.replacing("\"rounds\":2,\"seed\"", with: "\"rounds\":3,\"seed\"") }
      let result = try AssayProcess.run(["verify", "edited.json"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.output.contains("seal: `spec`"), "\(result.output)")
      let shown = try AssayProcess.run(["show", "edited.json"], in: folder)
      #expect(shown.status == 65 && shown.output.isEmpty)
      #expect(shown.error.contains("was edited after it was written: `spec`"), "\(shown.error)")
    }
  }

  @Test func aSealThatIsGoneIsTold() throws {
    try inFolder { folder in
      try write("bare.json", in: folder) { $0.replacing(/"seal":\{.*?\},(?="spec":)/, with: "") }
      let result = try AssayProcess.run(["verify", "bare.json"], in: folder)
      #expect(result.status == 0 && result.output.contains("Not sealed"), "\(result.output)")
      #expect(try AssayProcess.run(["verify", "bare.json", "--require-seal"], in: folder).status == 65)
      #expect(try AssayProcess.run(["show", "bare.json"], in: folder).status == 0)
    }
  }

  @Test(arguments: ["json", "csv"]) func publishedFiguresAreRecomputed(form: String) throws {
    try inFolder { folder in
      let arguments = form == "json" ? ["--json"] : ["--csv", "-"]
      let shown = try AssayProcess.run(["show", "record.json"] + arguments, in: folder)
      #expect(shown.status == 0)
      try Data(shown.output.utf8).write(to: folder.appending(path: "published"))
      let well = try AssayProcess.run(["verify", "record.json", "--against", "published"], in: folder)
      #expect(well.status == 0, "\(well.error)\(well.output)")
      #expect(well.output.contains("published figures"))
      let edited = shown.output.replacing("minilm-small", with: "minilm-large", maxReplacements: 1)
      try Data(edited.utf8).write(to: folder.appending(path: "published"))
      let wrong = try AssayProcess.run(["verify", "record.json", "--against", "published"], in: folder)
      #expect(wrong.status == 65)
      #expect(wrong.output.contains("published figures:"), "\(wrong.output)")
    }
  }

  @Test func severalRecordsAtOnceEachHaveTheirSay() throws {
    try inFolder { folder in
      try write("edited.json", in: folder) { $0.replacing("\"createdAt\":\"20", with: "\"createdAt\":\"19") }
      try Data("{".utf8).write(to: folder.appending(path: "cut.json"))
      try Data("{\"schemaVersion\":99}".utf8).write(to: folder.appending(path: "newer.json"))
      let names = ["record.json", "edited.json", "cut.json", "newer.json", "none.json"]
      let result = try AssayProcess.run(["verify"] + names, in: folder)
      #expect(result.status == 65)
      #expect(result.output.contains("5 records: 1 sound, 1 found out, 3 not read."), "\(result.output)")
      #expect(result.error.split(separator: "\n").count == 3, "\(result.error)")
      #expect(result.error.contains("cut.json: not a whole JSON document"))
      #expect(result.error.contains("newer.json: written by a newer Assay"))
      #expect(result.error.contains("none.json: cannot be opened"))
      let json = try AssayProcess.run(["verify", "--json"] + names, in: folder)
      #expect(json.status == 65)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
      #expect(list.map { $0["path"] as? String } == names)
      #expect(list.map { $0["isSound"] as? Bool } == [true, false, false, false, false])
      #expect(try AssayProcess.run(["verify", "record.json", "none.json"], in: folder).status == 66)
    }
  }

  @Test(arguments: [
    ([], 64, "<records>"), (["record.json", "record.json", "--against", "x"], 64, "--against is of one record"),
    (["record.json", "--against", "none"], 66, "none: cannot be opened"),
    (["record.json", "--against", "record.json"], 65, "it is a record, not figures of one"),
    (["record.json", "--pue", "1.2"], 64, "Costs are for published figures"),
  ])
  func misuseIsOneSentence(arguments: [String], status: Int32, part: String) throws {
    try inFolder { folder in
      let result = try AssayProcess.run(["verify"] + arguments, in: folder)
      #expect(result.status == status, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
    }
  }
}
