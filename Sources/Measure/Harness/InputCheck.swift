import Engines
import ModelGraph
import Tensors

/// Looks at what a model is fed: formats with scales would clamp what is not finite without a word.
public struct InputCheck: Sendable {
  private let inputs: [TensorInfo]
  private let isScaled: [Bool]

  /// Finds the inputs that a model holds with scales.
  public init(_ model: ExecutableModel) {
    let scaled = Set(model.scaledActivations.map(\.tensor))
    inputs = model.graph.inputs.map { model.graph[$0] }
    isScaled = inputs.map { $0.elementType == .float32 && scaled.contains($0.name) }
  }

  /// Refuses NaN and infinities in inputs that are held with scales; others may hold anything.
  ///
  /// - Parameter buffers: the values of each input, of one sample or of several, in the graph's order.
  /// - Throws: ``InputError``.
  public func requireFinite(_ buffers: [UnsafeMutableRawBufferPointer]) throws(InputError) {
    for (place, buffer) in buffers.enumerated() where isScaled[place] {
      let values = buffer.bindMemory(to: Float.self)
      let strange = values.reduce(into: 0) { $0 += $1.isFinite ? 0 : 1 }
      guard strange == 0 else {
        throw InputError(input: inputs[place].name, notFinite: strange, count: values.count)
      }
    }
  }
}

/// An input that cannot be quantised.
public struct InputError: Error, Hashable, CustomStringConvertible {
  /// The input's name.
  public let input: String
  /// How many of its values are NaN or infinite.
  public let notFinite: Int
  /// How many values it has.
  public let count: Int
  /// One sentence for the user.
  public var description: String {
    "Input \(input) cannot be quantised: \(notFinite) of its \(count) values \(notFinite == 1 ? "is" : "are") NaN or "
      + "infinite, which no scale covers; fp32 and bf16 can hold them."
  }
}
