import Records
import Testing

@Suite struct RecordCodingTests {
  private func text(_ record: Record = Examples.record()) throws -> String {
    String(decoding: try record.encoded(), as: UTF8.self)
  }

  private func error(_ text: String) -> RecordError? {
    #expect(throws: RecordError.self) { try Record(json: Array(text.utf8), path: "r.json") }
  }

  @Test func roundTripKeepsEverything() throws {
    let record = Examples.record()
    #expect(try Record(json: record.encoded()) == record)
    #expect(try record.encoded() == Record(json: record.encoded()).encoded())
  }

  @Test func keysAreSortedAndTheTextIsOneLine() throws {
    let text = try text()
    #expect(text.hasPrefix("{\"cells\":["))
    #expect(text.filter(\.isNewline).count == 1 && text.hasSuffix("}\n"))
    #expect(text.contains("\"id\":\"resnet50/fp32/openblas/t2/b1/SingleStream\""))
  }

  @Test func aNewerSchemaIsRefusedByNumber() throws {
    // Everything else may have changed: only the version is looked at.
    let error = error("{\"schemaVersion\": 7, \"shape\": [1, 2]}")
    #expect(error?.kind == .newer)
    #expect(error?.exitCode == 65)
    #expect(
      error?.description == "r.json: written by a newer Assay (schema 7); this one reads schemas up to 1.")
  }

  @Test(arguments: [
    ("", "the file is empty; a record is a JSON object"),
    ("[]", "the document is not a JSON object"),
    ("{}", "schemaVersion is missing"),
    ("{\"schemaVersion\": 0}", "schema 0 does not exist"),
    ("{\"schemaVersion\": \"1\"}", "schemaVersion has the wrong type"),
    ("{\"schemaVersion\": 1}", "is missing"),
    ("not json", "not a whole JSON document (8 bytes)"),
    ("\u{0}\u{1}\u{2}", "not a whole JSON document (3 bytes)"),
  ])
  func textThatIsNoRecordSaysWhatIsWrong(text: String, reason: String) {
    let error = error(text)
    #expect(error?.kind == .damaged)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "no error")")
    #expect(error?.description.filter(\.isNewline).isEmpty == true)
  }

  @Test(arguments: [
    // (what the text has, what a damaged file has, the place named)
    ("\"duration\":33", "\"duration\":\"33\"", "cells[0].rounds[0].performance.duration has the wrong type"),
    ("\"plannedRounds\":2,", "", "cells[0].plannedRounds is missing"),
    ("\"precision\":\"fp32\"", "\"precision\":\"fp99\"", "cells[0].cell.precision is damaged"),
    ("[10,12,11]", "[10,1e999,11]", ""),
    ("[10,12,11]", "[10,99999999999999999999,11]", ""),
  ])
  func aDamagedFieldIsNamed(original: String, damaged: String, place: String) throws {
    let text = try text()
    let range = try #require(text.firstRange(of: original))
    let error = error(text.replacingCharacters(in: range, with: damaged))
    #expect(error?.kind == .damaged)
    #expect(error?.reason.contains(place) == true || place.isEmpty, "\(error?.reason ?? "no error")")
  }

  @Test func deepNestingIsRefusedNotFatal() {
    let error = error("{\"schemaVersion\":" + String(repeating: "[", count: 100_000))
    #expect(error?.kind == .damaged)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
