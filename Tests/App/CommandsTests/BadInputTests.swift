import AppTestSupport
import Foundation
import Testing

/// Each wrong input gives one sentence on standard error and its exit code.
@Suite struct BadInputTests {
  @Test(arguments: [
    (["run", "--workload", "resnet51"], 64, "resnet50"),
    (["run", "--engine", "openbals"], 64, "openblas"),
    (["run", "--precision", "fp23"], 64, "fp32"),
    (["run", "--scenario", "Ofline"], 64, "Offline"),
    (["run", "--threads", "100000"], 64, "100000"),
    (["run", "--threads", "1-"], 64, "--threads"),
    (["run", "--batch", "0"], 64, "0"), (["plan", "--batch", "2000"], 64, "--batch: `2000` exceeds 1024"),
    (["plan", "--batch", "1000000000000"], 64, "--batch: `1000000000000` exceeds 1024"),
    (["plan", "--max-isa", "avx512_core_amx"], 64, "did you mean `avx512_core_bf16`?"),
    (["run", "--rounds", "0"], 64, "rounds"), (["run", "--output", ""], 64, "--output"),
    (["run", "--blas-core", "a b"], 64, "blas-core"),
    (["run", "--suite", "nothing"], 66, "nothing"),
    (["run", "--resume", "missing.json"], 66, "missing.json"),
    (["run", "--resume", "missing.json", "--rounds", "2", "--threads", "1"], 64, "--threads, --rounds"),
    (["run", "--resume", "missing.json", "--suite", "quick"], 64, "--suite"),
    (["run", "--resume", "missing.json", "--output", "other.json"], 64, "--output"),
    (["run", "--resume", "missing.json", "--overwrite"], 64, "--overwrite"),
    (["run", "--retry-failed"], 64, "--resume"),
    (["run", "--accept-other-machine"], 64, "--resume"),
    (["run", "--overwrite"], 64, "--output"),
    (["precision", "resnet-small", "--max-error", "2"], 64, "--max-error 2 is a fraction above 1: write 2% if"),
    (["attribute", "resnet-small", "--max-error", "1.5"], 64, "is a fraction above 1: write 1.5% if that is meant."),
    (["show", "missing.json", "--max-error", "2"], 64, "is a fraction above 1: write 2% if that is meant."),
    (["show", "missing.json", "--max-error", "1"], 66, "missing.json"),
    (["show", "missing.json", "--max-error", "200%"], 66, "missing.json"),
    (["precision", "resnet-small", "--max-error", "-1%"], 64, "must be a share such as 1% or 0.01, not `-1%`."),
    (["attribute", "resnet-small", "--max-error", "-1%"], 64, "must be a share such as 1% or 0.01, not `-1%`."),
    (["show", "missing.json", "--max-error", "-0.01"], 64, "must be a share such as 1% or 0.01, not `-0.01`."),
    (["plan", "--workload", "bert"], 64, "bert-base"),
    (["show", "missing.json"], 66, "missing.json"),
    (["explain", "resnet"], 64, "resnet"),
    (["explain", "resnet50", "--precision", "int9"], 64, "int8"),
    (["fetch", "minilm"], 64, "minilm-l6"),
    (["export-model", "resnet", "-o", "x.onnx"], 64, "resnet"),
    (["export-model", "resnet-small", "-o", "x.onnx", "--batch", "0"], 64, "0"),
    (["export-model", "resnet-small", "-o", "missing/x.onnx"], 73, "missing/x.onnx"),
    (["topology", "--from", "missing.xml"], 66, "missing.xml"),
    (["topology", "--synthetic", "nonsense:1"], 65, "nonsense"),
    (["topology", "--synthetic", "memcache:2 pu:2"], 65, "\"memcache:2 pu:2\" makes hwloc fail"),
    (["topology", "--svg", ""], 64, "--svg"), (["topology", "--svg", "missing/x.svg"], 73, "missing/x.svg"),
    (["topology", "--placement", "compact"], 64, "--placement marks CPUs in a picture; add --svg"),
    (["topology", "--threads", "2"], 64, "--threads marks CPUs in a picture; add --svg"),
    (["topology", "--svg", "/dev/null", "--placement", "compcat"], 64, "compcat"),
    (["placement", "S0:0-x"], 64, "\"S0:0-x\": at position 6 a number was expected, not \"x\"."),
    (["placement", "0,99999999999"], 64, "at position 3 a number of at most 65535"),
    (["placement", "60000"], 64, "PU 60000 does not exist"),
    (["placement", "--threads", "0"], 64, "at least 1 thread"),
    (["placement", "--threads", "40000"], 64, "--oversubscribe"),
    (["placement", "0", "--instances", "2"], 64, "The words fix 1 instance, which contradicts 2"),
    (["placement", "kind:9", "--synthetic", "core:4 pu:1"], 64, "all cores here are of one kind"),
    (["placement", "--from", "missing.xml"], 66, "missing.xml"),
    (["placement", "--synthetic", "nonsense:1"], 65, "nonsense"),
    (["run", "--svg", "x.svg"], 64, "--per-node"), (["run", "--per-node", "--svg", ""], 64, "--svg"),
    (["run", "--resume", "missing.json", "--per-node"], 64, "--per-node"),
    (["roofline", "--threads", "0"], 64, "0"), (["roofline", "--threads", "100000"], 64, "100000"),
    (["roofline", "--threads", "1-"], 64, "--threads"), (["roofline", "--precision", "fp23"], 64, "fp32"),
    (["roofline", "--max-isa", "avx3"], 64, "avx2"), (["roofline", "--seconds", "0"], 64, "--seconds"),
    (["roofline", "--seconds", "nan"], 64, "--seconds"), (["roofline", "--svg", ""], 64, "--svg"),
    (["roofline", "--svg", "x", "--output", "x"], 64, "--output"),
    (["run", "--per-node", "--svg", "missing/x.svg"], 73, "missing/x.svg"),
    (["roofline", "--from", "missing.json"], 66, "missing.json"),
    (["roofline", "--from", "missing.json", "--threads", "1"], 64, "--threads"),
    (["precision"], 64, "assay precision minilm-l6"), (["precision", "resnet51"], 64, "resnet50"),
    (["precision", "resnet-small", "--contracts", "vdpbf16p"], 64, "did you mean `vdpbf16ps`?"),
    (["precision", "resnet-small", "--contracts", ""], 64, "no numerics contract ``"),
    (["precision", "resnet-small", "--samples", "0"], 64, "--samples must be 1 to 100000, not 0"),
    (["precision", "resnet-small", "--samples", "65"], 64, "--samples asks for 65, and resnet-small has 64 samples."),
    (["precision", "minilm-l6", "--samples", "241"], 64, "--samples asks for 241, and minilm-l6 has 240 samples."),
    (["precision", "resnet-small", "--max-error=-1%"], 64, "--max-error must be a share such as 1% or 0.01"),
    (["precision", "resnet-small", "--max-error", "nan"], 64, "--max-error"),
    (["precision", "resnet-small", "--sort", "speed"], 64, "--sort must be bytes or error"),
    (["precision", "resnet-small", "--no-speed", "--rounds", "2"], 64, "leave --rounds out"),
    (["precision", "resnet-small", "--calibration-method", "kl"], 64, "min-max"),
    (["precision", "resnet-small", "--svg", "missing/x.svg"], 73, "missing/x.svg"),
    (["precision", "resnet-small", "--svg", "x", "--output", "x"], 64, "--output"),
    (["precision", "missing.onnx"], 66, "missing.onnx"),
    (["precision", "--resume", "missing.json"], 66, "missing.json"),
    (["precision", "--resume", "missing.json", "--contracts", "all", "resnet-small"], 64, "--contracts"),
    (["frobnicate"], 64, "frobnicate"),
  ])
  func aWrongArgumentIsNamed(arguments: [String], code: Int, named: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(!result.wasSignalled)
      #expect(Int(result.status) == code, "\(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.output == "")
      // One sentence; the argument parser adds its usage line.
      #expect(result.error.split(separator: "\n").count <= (arguments == ["frobnicate"] ? 3 : 1), "\(result.error)")
    }
  }

  @Test(arguments: [
    ("groups:\n  - workload: resnet-small\n    precison: fp32\n", "suite.yaml:3:"),
    ("groups:\n  - workload: [resnet-small\n", "suite.yaml:"),
    ("rounds: many\ngroups:\n  - workload: resnet-small\n", "suite.yaml:1:"),
    ("- 1\n", "suite.yaml:1:"),
    ("", "suite.yaml"),
  ])
  func aMalformedSuiteIsLocated(text: String, place: String) throws {
    try AssayProcess.withFolder { folder in
      try Data(text.utf8).write(to: folder.appendingPathComponent("suite.yaml"))
      let result = try AssayProcess.run(["plan", "--suite", "suite.yaml"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.contains(place), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }

  @Test(arguments: [
    ("", "empty"), ("{", "not"), ("[]", "not a JSON object"), ("{\"schemaVersion\": 99}", "newer"),
    ("{\"schemaVersion\": 1}", "missing"), ("\u{0}\u{1}\u{2}", "not"),
  ])
  func aDamagedOrNewerRecordIsRefused(text: String, named: String) throws {
    try AssayProcess.withFolder { folder in
      try Data(text.utf8).write(to: folder.appendingPathComponent("record.json"))
      for arguments in [["show", "record.json"], ["run", "--resume", "record.json"]] {
        let result = try AssayProcess.run(arguments, in: folder)
        #expect(result.status == 65, "\(result.error)")
        #expect(result.error.contains("record.json") && result.error.contains(named), "\(result.error)")
        #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      }
    }
  }

  @Test func namesFromFilesCannotSteerTheTerminal() throws {
    try AssayProcess.withFolder { folder in
      let text = "groups:\n  - workload: \"\\e[31mred\\a\"\n"
      try Data(text.utf8).write(to: folder.appendingPathComponent("suite.yaml"))
      let result = try AssayProcess.run(["plan", "--suite", "suite.yaml"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.contains("red"))
      #expect(!result.error.contains("\u{1B}") && !result.error.contains("\u{7}"))
    }
  }

  @Test func anUnwritableResultsFolderEndsTheRunBeforeItMeasures() throws {
    try AssayProcess.withFolder { folder in
      try Data().write(to: folder.appendingPathComponent("file"))
      let result = try AssayProcess.run(
        ["run", "--workload", "resnet-small", "--threads", "1", "--output", "file/record.json"], in: folder)
      #expect(result.status == 73, "\(result.error)")
      #expect(result.error.contains("file/record.json"), "\(result.error)")
    }
  }

  @Test func fetchSaysWhatIsMissing() throws {
    try AssayProcess.withFolder { folder in
      let environment = ["PATH": "/nonexistent", "ASSAY_CACHE": folder.appendingPathComponent("cache").path]
      let result = try AssayProcess.run(["fetch", "minilm-l6"], in: folder, environment: environment)
      #expect(result.status == 69, "\(result.error)")
      #expect(result.error.contains("python3"), "\(result.error)")
    }
  }
}
