import Foundation
import Testing

@testable import Records

@Suite struct SealTests {
  private let bytes: [UInt8]
  private let text: JSONText

  init() throws {
    bytes = try Examples.record().encoded()
    text = try JSONText(bytes)
  }

  private func state(_ bytes: [UInt8]) throws -> SealState { SealState(of: try JSONText(bytes)) }

  private func faults(_ bytes: [UInt8]) throws -> [SealFault] {
    if case .broken(let faults) = try state(bytes) { faults } else { [] }
  }

  /// The record with a change of its JSON.
  private func edited(_ edit: (inout [String: Any]) throws -> Void) throws -> [UInt8] {
    var object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    try edit(&object)
    return [UInt8](try JSONSerialization.data(withJSONObject: object))
  }

  private func editedSeal(_ edit: (inout [String: Any]) throws -> Void) throws -> [UInt8] {
    try edited { record in
      var seal = try #require(record["seal"] as? [String: Any])
      try edit(&seal)
      record["seal"] = seal
    }
  }

  private func isWhole(_ state: SealState) -> Bool { if case .whole = state { true } else { false } }

  @Test func whatIsWrittenIsSealed() throws {
    guard case .whole(let digest, let count) = try state(bytes) else {
      Issue.record("not whole")
      return
    }
    #expect(digest.count == 64)
    // 8 keys, 3 cells, 3 rounds and the seal itself.
    #expect(count == 8 + 3 + 3 + 1)
  }

  /// Whoever reads the documentation can check a seal without Assay.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "there is no Python to check with"))
  func pythonMakesTheSameDigests() throws {
    let script = """
      import hashlib, json, math, sys
      def plain(value):
          if isinstance(value, dict): return {key: plain(item) for key, item in value.items()}
          if isinstance(value, list): return [plain(item) for item in value]
          if isinstance(value, float) and value == math.floor(value) and -2**63 <= value < 2**64: return int(value)
          return value
      def digest(value):
          text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
          return hashlib.sha256(text.encode()).hexdigest()
      record = json.load(sys.stdin)
      seal = record.pop("seal")
      cells = [{"id": cell["id"], "plan": digest({key: value for key, value in cell.items() if key != "rounds"}),
                "rounds": [digest(round) for round in cell["rounds"]]} for cell in record.pop("cells")]
      made = {"algorithm": "sha256", "cells": cells, "parts": {key: digest(value) for key, value in record.items()}}
      print(made | {"digest": digest(made)} == seal)
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(answer == "True\n")
  }

  /// Every number, text, word and key of a record, changed one after the other: each is found out, and its part is named.
  @Test func everyEditIsFoundOutAndNamed() throws {
    let seal = try #require(text.value(of: "seal", in: 0))
    let cells = try #require(text.value(of: "cells", in: 0))
    var looked = 0
    for node in text.nodes.indices.dropFirst() where !(seal..<Int(text.nodes[seal].next)).contains(node) {
      let entry = text.nodes[node]
      var changed = bytes
      switch entry.kind {
      case .string, .escapedString: changed.insert(UInt8(ascii: "x"), at: Int(entry.end))
      case .number, .integers:
        let first = Int(entry.start) + (entry.kind == .integers ? 1 : 0)
        changed.insert(UInt8(ascii: "1"), at: bytes[first] == UInt8(ascii: "-") ? first + 1 : first)
      case .yes, .no, .null:
        let word = entry.kind == .no ? "true" : "false"
        changed.replaceSubrange(Int(entry.start)..<Int(entry.end), with: Array(word.utf8))
      case .object, .array, .spacedIntegers: continue
      }
      // The keys of the seal and the cells themselves.
      guard node != seal - 1, node != cells - 1 else { continue }
      looked += 1
      let faults = try faults(changed)
      let expected = try expectation(node, cells)
      #expect(faults.isEmpty == false, "byte \(entry.start) is not sealed")
      #expect(faults.contains(expected), "byte \(entry.start): \(faults) and not \(expected)")
      #expect(faults.count <= 2, "byte \(entry.start): \(faults)")
    }
    #expect(looked > 300)
  }

  /// What an edit of an entry has to be called.
  private func expectation(_ node: Int, _ cells: Int) throws -> SealFault {
    func holds(_ outer: Int) -> Bool { (outer..<Int(text.nodes[outer].next)).contains(node) }
    guard holds(cells) else {
      let member = try #require(text.members(0).first { $0.key == node || holds($0.value) })
      let key = try #require(text.string(member.key))
      return member.key == node ? .removedPart(key) : .part(key)
    }
    let cell = try #require(text.elements(cells).first(where: holds))
    let idNode = try #require(text.value(of: "id", in: cell))
    let id = try #require(text.string(idNode))
    let rounds = try #require(text.value(of: "rounds", in: cell))
    // Without its key a cell has no id, and without theirs no rounds.
    if node == idNode || node == idNode - 1 { return .removedCell(id) }
    if node == rounds - 1 {
      let count = text.elements(rounds).count
      return count == 0 ? .cell(id) : .rounds(cell: id, count: 0, sealed: count)
    }
    if let place = text.elements(rounds).firstIndex(where: holds) { return .round(cell: id, place: place) }
    return .cell(id)
  }

  @Test func reformattingIsNoEdit() throws {
    let object = try JSONSerialization.jsonObject(with: Data(bytes))
    for options: JSONSerialization.WritingOptions in [[], .prettyPrinted, [.prettyPrinted, .sortedKeys]] {
      let other = [UInt8](try JSONSerialization.data(withJSONObject: object, options: options))
      #expect(isWhole(try state(other)))
    }
    let line = String(decoding: bytes, as: UTF8.self)
    for (from, to) in [
      ("\"duration\":33", "\"duration\": 33.0"), ("\"duration\":33", "\"duration\":3.3e1"), ("0.01", "1.0E-2"),
      ("0.5", "0.50000"), ("[10,12,11]", "[10, 12,\n 11]"), ("[10,12,11]", "[10,12.0,11]"),
      ("a warning", "\\u0061 warning"),
      ("\"tool\"", "\"\\u0074ool\""), ("powercap-rapl", "powercap\\u002drapl"),
    ] {
      let other = line.replacingOccurrences(of: from, with: to)
      #expect(other != line)
      #expect(isWhole(try state(Array(other.utf8))), "\(to)")
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "there is no jq"))
  func jqIsNoEdit() throws {
    // Versions before 1.7 round whole numbers above 2^53, which is an edit: of the seed.
    var record = Examples.record()
    record.spec.seed = 42
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/jq")
    process.arguments = ["."]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(record.encoded()))
    try input.fileHandleForWriting.close()
    let pretty = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(isWhole(try state([UInt8](pretty))))
  }

  @Test func partsThatComeAndGoAreNamed() throws {
    #expect(try faults(edited { $0["comment"] = "hi" }) == [.addedPart("comment")])
    #expect(try faults(edited { $0["warnings"] = nil }) == [.removedPart("warnings")])
    let ids = Examples.record().cells.map(\.id)
    func cells(_ edit: (inout [[String: Any]]) -> Void) throws -> [SealFault] {
      try faults(
        edited { record in
          var cells = try #require(record["cells"] as? [[String: Any]])
          edit(&cells)
          record["cells"] = cells
        })
    }
    #expect(try cells { $0.removeFirst() } == [.removedCell(ids[0])])
    #expect(try cells { $0.swapAt(0, 2) } == [.order])
    #expect(try cells { $0.append($0[2]) } == [.order])
    #expect(try cells { $0[2]["id"] = "new" } == [.addedCell("new"), .removedCell(ids[2])])
    #expect(
      try cells { $0[0]["rounds"] = Array(($0[0]["rounds"] as? [Any] ?? []).dropFirst()) }
        == [.rounds(cell: ids[0], count: 1, sealed: 2)])
    #expect(
      try cells { $0[1]["rounds"] = ($0[1]["rounds"] as? [Any] ?? []) + ($0[0]["rounds"] as? [Any] ?? []).prefix(1) }
        == [.rounds(cell: ids[1], count: 2, sealed: 1), .round(cell: ids[1], place: 1)])
    #expect(try cells { $0[0]["rounds"] = Array(($0[0]["rounds"] as? [Any] ?? []).reversed()) }.count == 2)
  }

  @Test func aSealThatIsGoneIsTold() throws {
    let bytes = try edited { $0["seal"] = nil }
    #expect(try state(bytes) == .none)
    // Records of builds that did not seal are read as ever.
    #expect(try Record(json: bytes) == Examples.record())
  }

  /// Whoever makes the list fit an edit has to make every digest anew; the list's own digest alone is not enough.
  @Test func aListWithARightDigestOfItsOwnIsStillHeldAgainstTheRecord() throws {
    var seal = try Seal(of: text)
    seal.parts["machine"] = String(repeating: "0", count: 64)
    seal.digest = try seal.ownDigest()
    let forged = try JSONSerialization.jsonObject(with: JSONEncoder().encode(seal))
    #expect(try faults(edited { $0["seal"] = forged }) == [.part("machine")])
    // And a right list with a wrong one of its own.
    #expect(try faults(editedSeal { $0["digest"] = String(repeating: "0", count: 64) }) == [.list])
  }

  @Test func hostileSealsAreSentences() throws {
    for edit: (inout [String: Any]) -> Void in [
      { $0["algorithm"] = nil }, { $0["algorithm"] = 7 }, { $0["parts"] = [String]() }, { $0["cells"] = "all" },
      { $0["digest"] = NSNull() }, { $0 = [:] }, { $0["cells"] = [["id": "x"]] },
    ] {
      #expect(try faults(editedSeal(edit)) == [.unreadable("its seal has another form than a seal has")])
    }
    let unknown = try faults(editedSeal { $0["algorithm"] = "md5" })
    #expect(unknown == [.unreadable("its seal is made by `md5`, which this build does not know")])
    for seal: Any in ["sealed", 1, [1, 2], true] {
      #expect(try faults(edited { $0["seal"] = seal }).count == 1)
    }
    // Digests of other lengths, and lists that name what is not there.
    let short = try faults(editedSeal { $0["parts"] = ["tool": "", "status": String(repeating: "f", count: 100_000)] })
    #expect(short.contains(.part("tool")) && short.contains(.part("status")) && short.contains(.addedPart("machine")))
    let many = (0..<20_000).map { ["id": "cell \($0)", "plan": "", "rounds": [String]()] as [String: Any] }
    let long = try state(editedSeal { $0["cells"] = many })
    guard case .broken(let all) = long else {
      Issue.record("a list of strangers passed")
      return
    }
    #expect(all.count == 20_000 + 3 + 1)
    // Its message stays one line that fits a screen.
    #expect((long.edits ?? "").utf8.count < 400)
    let twin = Array(
      String(decoding: bytes, as: UTF8.self).replacing("\"seal\":{", with: "\"seal\":{},\"seal\":{").utf8)
    let error = #expect(throws: RecordError.self) { try RecordReading(json: twin) }
    #expect(error?.reason.contains("the key `seal` is there twice") == true)
  }

  @Test func anEditedRecordGivesNoFiguresUnlessAskedFor() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "seal-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = RecordFile(path: path)
    var record = Examples.record()
    try file.write(record)
    #expect(try file.read() == record)
    let line = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    try Data(line.replacing("[10,12,11]", with: "[10,12,10]", maxReplacements: 1).utf8).write(to: URL(filePath: path))
    let error = #expect(throws: RecordError.self) { try file.read() }
    #expect(error?.kind == .damaged && error?.exitCode == 65)
    #expect(
      error?.reason == "was edited after it was written: round 0 of cell \(record.cells[0].id)")
    let reading = try file.readUnchecked()
    #expect(reading.record.cells[0].rounds[0].performance?.latencies == [10, 12, 10])
    #expect(reading.contradiction == nil)
    // Going on with a record seals it anew.
    record.warnings.append("resumed")
    try file.write(record)
    #expect(try file.read() == record)
    #expect(try file.readUnchecked().seal != state(bytes))
  }

  /// Also where nothing was edited, or nobody can tell.
  @Test func figuresThatContradictEachOtherAreRefusedWithoutASeal() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "seal-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var record = Examples.record()
    record.cells[0].rounds[0].performance?.duration = 0
    try JSONEncoder().encode(record).write(to: URL(filePath: path))
    let error = #expect(throws: RecordError.self) { try RecordFile(path: path).read() }
    #expect(error?.reason.contains("its duration is 0 ns") == true)
  }
}
