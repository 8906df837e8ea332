import Testing

@testable import Trials

private struct Line: Sendable, CustomStringConvertible {
  let text: String
  let words: [String]?
  var description: String { text }
}

private let lines: [Line] = [
  Line(text: "./assay", words: ["./assay"]),
  Line(text: "  numactl -N0   ./assay run  ", words: ["numactl", "-N0", "./assay", "run"]),
  Line(
    text: "'a folder/assay' run --model \"my model.onnx\"",
    words: ["a folder/assay", "run", "--model", "my model.onnx"]),
  Line(text: #"a\ b ''"#, words: ["a b", ""]),
  Line(text: #""a\"b""#, words: [#"a"b"#]),
  Line(text: "'open", words: nil),
  Line(text: "end\\", words: nil),
  Line(text: "", words: []),
]

@Suite struct ArmCommandTests {
  @Test(arguments: lines) fileprivate func splitsAsShellsDo(_ line: Line) {
    #expect(ArmCommand.split(line.text) == line.words)
  }

  @Test func aProgramAloneRuns() {
    let command = ArmCommand(line: ["./assay"], options: ["--suite", "gate"])
    #expect(command.words == ["./assay", "run", "--suite", "gate"])
    #expect(
      command.words(path: "/tmp/a.json") == [
        "./assay", "run", "--suite", "gate", "--rounds", "1", "--output", "/tmp/a.json", "--overwrite",
      ])
  }

  @Test func aRunOfSomethingElseIsNotOurs() {
    let words = ["docker", "run", "--rm", "image", "/usr/bin/assay"]
    #expect(ArmCommand(line: words).words == words + ["run"])
    let whole = ["./assay", "run", "--suite", "assay"]
    #expect(ArmCommand(line: whole).words == whole)
  }

  @Test func aWholeLineStaysAsItIs() {
    let command = ArmCommand(line: ["./assay", "run", "--workload", "resnet50"], options: ["--batch", "8"])
    #expect(command.words == ["./assay", "run", "--workload", "resnet50", "--batch", "8"])
  }
}
