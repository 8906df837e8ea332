import Records
import Testing

@Suite struct AttributionTests {
  private static func attribution(_ edit: (inout Attribution) -> Void = { _ in }) -> Attribution {
    var attribution = Attribution(
      createdAt: "2026-01-02T03:04:05Z", model: "m", parametersSHA256: String(repeating: "0a", count: 32),
      contract: "u8s8-vnni", samples: 8,
      nodes: ["a", "b"].map {
        Attribution.Node(
          name: $0, op: "linear", multiplyAccumulates: 1, weightBytes: 4, activationBytes: 4, loweredWeightBytes: 1,
          loweredActivationBytes: 1)
      })
    attribution.nodes[0].error = 0.5
    attribution.cumulative = [.init(node: nil, error: 0), .init(node: "b", error: 0.1)]
    edit(&attribution)
    return attribution
  }

  private static let userModel = UserModel(
    workload: "m", file: "m.onnx", sha256: String(repeating: "2c", count: 32), byteCount: 100, shapes: ["n=1"],
    inputs: [
      .init(
        name: "x", elementType: "float32", shape: [1, 3], file: "x.npy", sha256: String(repeating: "3d", count: 32))
    ])

  @Test func itSurvivesTheText() throws {
    let full = Self.attribution { attribution in
      attribution.userModel = Self.userModel
      attribution.calibrationMethod = "entropy"
      attribution.decisions = 16
      attribution.calibrationSamples = 16
      attribution.calibrationFile = String(repeating: "1b", count: 32)
      attribution.nodes[1].failure = "killed"
      attribution.nodes[0].top1Agreement = 0.875
      attribution.verification = .init(loweredNodes: 1, samples: 8, error: 0.25, top1Agreement: 1)
    }
    #expect(try Attribution(json: full.encoded(), path: "x.json") == full)
  }

  /// Whoever takes it for a record learns what it is.
  @Test func otherDocumentsAreNoRecords() throws {
    func complaint(_ json: [UInt8]) -> String? {
      #expect(throws: RecordError.self) { try Record(json: json, path: "a b.json") }?.description
    }
    #expect(
      try complaint(Self.attribution().encoded())
        == "a b.json: is an attribution, not a record; show it with assay attribute --from 'a b.json'.")
    let assignment = AssignmentFile(
      model: "m", parametersSHA256: String(repeating: "0a", count: 32), contract: "u8s8-vnni", exceptions: [:])
    #expect(try complaint(assignment.encoded())?.contains("is an assignment, not a record; measure by it with") == true)
    #expect(complaint(Array("{\"format\": \"other\"}".utf8)) == "a b.json: schemaVersion is missing.")
  }

  /// What makes an attribution impossible, and what is said about it.
  private static let impossible: [(edit: @Sendable (inout Attribution) -> Void, complaint: String)] = [
    ({ $0.nodes[1].name = "a" }, "a node is there twice"), ({ $0.nodes[1].error = -1 }, "the error of node b"),
    ({ $0.nodes[1].weightBytes = -1 }, "a size of node b"), ({ $0.nodes[1].weightBytes = .max }, "a size of node b"),
    ({ $0.cumulative[1].node = "c" }, "are not one node each"),
    ({ $0.cumulative[1].node = nil }, "not one node each"),
    ({ $0.cumulative[0].node = "a" }, "not one node each"),
    ({ $0.cumulative.append(.init(node: "b", error: 0)) }, "not one node each"),
    ({ $0.cumulative[1].top1Agreement = 1.5 }, "an error of several nodes"),
    ({ $0.verification = .init(loweredNodes: 2, samples: 1, error: 0) }, "its verification cannot be"),
    ({ $0.samples = 0 }, "it compares no samples"), ({ $0.decisions = 0 }, "it counts no decisions"),
    ({ $0.contract = "" }, "names no model or no contract"),
    ({ $0.calibrationFile = "12" }, "a SHA-256 of it is none"),
    (
      {
        $0.userModel = userModel
        $0.userModel?.sha256 = "12"
      }, "is not 64 digits"
    ),
    (
      {
        $0.userModel = userModel
        $0.userModel?.workload = "n"
      }, "its model and its `userModel` differ"
    ),
  ]

  @Test(arguments: impossible.indices)
  func whatCannotBeIsRefused(index: Int) {
    let (edit, complaint) = Self.impossible[index]
    let error = #expect(throws: RecordError.self) { try Self.attribution(edit).encoded(path: "x.json") }
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("\"model\" : \"m\"", "\"model\" : \"\"", "its `model` names none"),
    ("\"u8s8-vnni\"", "\"\"", "its `contract` names none"), ("\"fp32-fma\"", "\"\"", "an exception names no contract"),
    ("\"error\" : 0.5", "\"error\" : -0.5", "its errors or its samples cannot be"),
    ("OtherSamples\" : 0.25", "OtherSamples\" : -0.25", "its errors or its samples cannot be"),
    ("\"otherSamples\" : 8", "\"otherSamples\" : 0", "its errors or its samples cannot be"),
    ("\"version\" : 1", "\"version\" : 7", "written by a newer Assay"),
    ("assay-assignment", "assay-calibration", "not an assignment"),
  ])
  func damagedAssignmentsAreSentences(from: String, to: String, complaint: String) throws {
    let file = AssignmentFile(
      model: "m", parametersSHA256: String(repeating: "0a", count: 32), contract: "u8s8-vnni",
      exceptions: ["a": "fp32-fma"], error: 0.5, errorOnOtherSamples: 0.25, otherSamples: 8)
    let text = String(decoding: try file.encoded(), as: UTF8.self)
    let damaged = text.replacing(from, with: to)
    try #require(damaged != text)
    let error = #expect(throws: RecordError.self) { try AssignmentFile(json: Array(damaged.utf8), path: "x.json") }
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
  }
}
