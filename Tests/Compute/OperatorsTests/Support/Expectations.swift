import Operators
import Tensors
import Testing

/// How far a float may be from the wanted one.
struct Tolerance {
  var relative = 0.0
  var absolute = 0.0

  static let exact = Tolerance()
  /// Room for a few roundings in FP32.
  static let fp32 = Tolerance(relative: 1e-6, absolute: 1e-7)

  func allows(_ got: Double, _ want: Double) -> Bool {
    if got.isNaN || want.isNaN { return got.isNaN && want.isNaN }
    return got == want || abs(got - want) <= absolute + relative * abs(want)
  }
}

/// Expects the outputs of an operator, evaluated in every way, and that its types are inferred without values.
func expect(
  _ use: OperatorUse, gives wanted: [Tensor], within tolerance: Tolerance = .exact,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    let types = try use.outputTypes()
    #expect(types == wanted.map(\.type), "\(use.name): types", sourceLocation: sourceLocation)
    for way in OperatorUse.Way.all {
      let got = try use.outputs(way)
      for (index, (got, want)) in zip(got, wanted).enumerated() {
        expectClose(
          got, want, within: tolerance, "\(use.name) opset \(use.opset), output \(index), \(way)",
          sourceLocation: sourceLocation)
      }
    }
  } catch {
    Issue.record("\(use.name) opset \(use.opset): \(error)", sourceLocation: sourceLocation)
  }
}

/// Expects one tensor to have the type and, within a tolerance, the elements of another; integers must be equal.
func expectClose(
  _ got: Tensor, _ want: Tensor, within tolerance: Tolerance, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(got.type == want.type, "\(what): type", sourceLocation: sourceLocation)
  guard got.type == want.type else { return }
  if !got.elementType.isFloatingPoint {
    let isEqual = got.bytes.elementsEqual(want.bytes)
    #expect(isEqual, "\(what): \(got.doubles) instead of \(want.doubles)", sourceLocation: sourceLocation)
    return
  }
  let (values, wanted) = (got.doubles, want.doubles)
  if let wrong = values.indices.first(where: { !tolerance.allows(values[$0], wanted[$0]) }) {
    Issue.record(
      "\(what): element \(wrong) is \(values[wrong]) instead of \(wanted[wrong])", sourceLocation: sourceLocation)
  }
}

/// Expects that an operator is refused, or that it reports a fault while it runs, with a text that contains `words`.
func expectRefusal(_ use: OperatorUse, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
  for way in OperatorUse.Way.all {
    do {
      _ = try use.outputs(way)
      Issue.record("\(use.name) opset \(use.opset), \(way): nothing was thrown", sourceLocation: sourceLocation)
    } catch {
      #expect("\(error)".contains(words), "\(use.name) opset \(use.opset), \(way)", sourceLocation: sourceLocation)
    }
  }
}
