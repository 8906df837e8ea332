import Foundation
import NumericFormats
import Records
import Testing

@Suite struct CalibrationFileTests {
  private static func file(_ edit: (inout CalibrationFile) -> Void = { _ in }) -> CalibrationFile {
    var file = CalibrationFile(
      model: "resnet50", parametersSHA256: String(repeating: "0a", count: 32), method: "percentile:99.99", samples: 16,
      integerLimit: 127, ranges: ["image": ValueRange(least: -2.1, greatest: 2.64)].compactMapValues(\.self),
      symmetricRanges: ["k": ValueRange(least: -3, greatest: 3)].compactMapValues(\.self))
    edit(&file)
    return file
  }

  /// Every bit of every range survives the text.
  @Test func rangesSurviveTheText() throws {
    var bits: UInt32 = 12345
    var ranges: [String: ValueRange] = [:]
    for index in 0..<20_000 {
      bits = bits &* 1_664_525 &+ 1_013_904_223
      let value = abs(Float(bitPattern: bits))
      guard value.isFinite else { continue }
      ranges["t\(index)"] = ValueRange(least: -value, greatest: value)
    }
    #expect(ranges.count > 19_000)
    ranges["extremes"] = ValueRange(least: -.greatestFiniteMagnitude, greatest: .leastNonzeroMagnitude)
    let file = Self.file { $0.ranges = ranges }
    #expect(try CalibrationFile(json: file.encoded(), path: "x.json") == file)
  }

  @Test func theTextIsStableAndSaysWhatItIs() throws {
    let text = String(decoding: try Self.file().encoded(), as: UTF8.self)
    #expect(text.hasPrefix("{\n  \"format\" : \"assay-calibration\","))
    #expect(text.hasSuffix("}\n"))
    #expect(text.contains("\"version\" : 1"))
  }

  /// (what is replaced, by what, part of the sentence)
  @Test(arguments: [
    ("\"assay-calibration\"", "\"assay-record\"", "its `format` must be `assay-calibration`"),
    ("\"version\" : 1", "\"version\" : 2", "written by a newer Assay (version 2)"),
    ("\"version\" : 1", "\"version\" : 0", "version 0 does not exist"),
    ("\"version\" : 1", "\"version\" : \"1\"", "version has the wrong type"),
    ("\"resnet50\"", "\"\"", "its `model` names none"),
    ("\"0a0a", "\"0A0A", "is no SHA-256"),
    ("\"samples\" : 16", "\"samples\" : 0", "`calibration-samples` must be 1 to 100000"),
    ("\"samples\" : 16", "\"sample\" : 16", "samples is missing"),
    ("\"integerLimit\" : 127", "\"integerLimit\" : 128", "`integerLimit` must be 1 to 127"),
    ("\"least\" : -2.1", "\"least\" : 2.7", "the range of tensor image"),
    ("\"least\" : -2.1", "\"least\" : -1e60", "not a calibration file"),
    ("\"least\" : -3", "\"least\" : -4", "the symmetric range of tensor k"),
    ("\"least\" : -2.1", "\"least\" : NaN", "x.json"),
    ("{\n  \"format\"", "[{\n  \"format\"", "x.json"),
  ])
  func damagedFilesAreSentences(from: String, to: String, complaint: String) throws {
    let text = String(decoding: try Self.file().encoded(), as: UTF8.self)
    let damaged = text.replacing(from, with: to, maxReplacements: 1)
    try #require(damaged != text)
    let error = #expect(throws: RecordError.self) { try CalibrationFile(json: Array(damaged.utf8), path: "x.json") }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix("x.json: ") && sentence.contains(complaint), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test func missingEmptyAndHugeFilesAreSentences() throws {
    #expect(throws: RecordError.self) { try CalibrationFile(path: "/nonexistent/x.json") }
    let error = #expect(throws: RecordError.self) { try CalibrationFile(json: [], path: "x.json") }
    #expect(error?.description == "x.json: the file is empty; a calibration file is a JSON object.")
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(repeating: UInt8(ascii: " "), count: CalibrationFile.sizeLimit + 1).write(to: file)
    let huge = #expect(throws: RecordError.self) { try CalibrationFile(path: file.path) }
    #expect(
      huge?.description.hasSuffix("4194305 bytes are more than the 4194304 that a calibration file may have.") == true)
  }
}
