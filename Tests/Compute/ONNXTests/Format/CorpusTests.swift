import Foundation
import Tensors
import Testing

@testable import ONNX

/// Models that the `onnx` package wrote; see `Tests/Fixtures/onnx`.
@Suite struct CorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/onnx/corpus").path

  @Test func onlyTheTwoBadModelsAreRefused() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".onnx") }
    #expect(names.count >= 40)
    var refused: [String] = []
    for name in names {
      do {
        let model = try ONNXModel.read(path: "\(Self.folder)/\(name)")
        for tensor in model.graph.initializers where tensor.elementType != nil { _ = try tensor.load() }
      } catch { refused.append(name) }
    }
    #expect(refused.sorted() == ["cycle.onnx", "external.onnx"])
  }

  /// `raw_data` and the typed fields say the same.
  @Test func bothEncodingsHaveTheSameElements() throws {
    let raw = try ONNXModel.read(path: "\(Self.folder)/all-types-raw.onnx").graph.initializers
    let typed = try ONNXModel.read(path: "\(Self.folder)/all-types-fields.onnx").graph.initializers
    #expect(raw.count == 13 && typed.count == 13)
    for (raw, typed) in zip(raw, typed) {
      #expect(raw.name == typed.name && raw.elementType == typed.elementType && raw.shape == [2, 2])
      #expect(try raw.loadedBytes() == typed.loadedBytes(), "\(raw.name)")
      guard case .stored(let elements) = typed.contents else {
        Issue.record("\(typed.name) is not in the model")
        continue
      }
      #expect(elements.field != .raw, "\(typed.name)")
    }
    #expect(try raw.first?.elements(as: Float.self) == [0, 1, 2, 3])
  }
}
