import Tensors
import Testing

@testable import ModelGraph

@Suite struct ParameterStoreTests {
  private let parameters = [
    ParameterInfo(name: "a", shape: [3], role: .bias), ParameterInfo(name: "b", shape: [0], role: .bias),
    ParameterInfo(name: "c", shape: [5, 7], role: .weights), ParameterInfo(name: "d", shape: [16], role: .gamma),
  ]

  @Test func keepsParametersApartAndAligned() throws {
    var filled: [String] = []
    let store = try ParameterStore(parameters) { parameter, values in
      #expect(values.count == parameter.shape.count)
      #expect(values.allSatisfy { $0 == 0 })
      for i in values.indices { values[i] = Float(100 * filled.count + i) }
      filled.append(parameter.name)
    }
    #expect(filled == ["a", "b", "c", "d"])
    for index in parameters.indices {
      let values = store[ParameterID(index: index)]
      #expect(Array(values) == (0..<parameters[index].shape.count).map { Float(100 * index + $0) })
      #expect(Int(bitPattern: values.baseAddress) % 64 == 0)
    }
    #expect(store.byteCount == 64 + 0 + 192 + 64)
  }

  @Test func passesOnTheFillersError() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try ParameterStore(parameters) { _, _ in throw Refusal() } }
  }
}
