import ModelGraph
import Tensors

/// Scale and zero point of a `QuantizeLinear` or `DequantizeLinear`, all constant.
struct Quantization {
  /// The type of the quantised elements.
  let elementType: ElementType
  /// The factors: one, or one for each slice along `axis`.
  let scale: Constant
  /// The value that stands for 0, as many as scales; nil for 0 everywhere.
  let zeroPoint: Constant?
  /// The axis along which scales differ; nil for one scale.
  let axis: Int?

  /// Reads the operands of a node; nil where they are not constant or are of blocks.
  ///
  /// - Parameter quantized: the tensor with the quantised elements: the operand of one, the result of the other.
  init?(_ node: GeneralNode, quantized: TensorID, _ editor: GraphEditor) {
    guard let scaleID = node[1], let scale = editor.floatConstant(scaleID), (node.op.int("block_size") ?? 0) == 0,
      !editor.draft[quantized].isDynamic
    else { return nil }
    elementType = editor.draft[quantized].elementType
    let rank = editor.shape(quantized).rank
    if scale.type.shape.count == 1, scale.type.shape.rank <= 1 {
      axis = nil
      self.scale = scale.reshaped([])
    } else {
      let listed = node.op.int("axis") ?? 1
      let axis = listed < 0 ? listed + rank : listed
      guard (0..<rank).contains(axis), scale.type.shape == [editor.shape(quantized)[axis]] else { return nil }
      self.axis = axis
      self.scale = scale
    }
    guard let zeroID = node[2] else {
      zeroPoint = nil
      return
    }
    guard let zero = editor.draft.constant(zeroID), zero.type.elementType == elementType,
      zero.type.shape.count == self.scale.type.shape.count
    else { return nil }
    zeroPoint = zero.reshaped(self.scale.type.shape)
  }

  /// The zero point, zeros where there is none.
  var wholeZeroPoint: Constant {
    let type = TensorType(elementType, scale.type.shape)
    return zeroPoint ?? .deferred(type) { try Tensor(type) { _ in } }
  }

  /// Whether elements have eight bits.
  var isByte: Bool { elementType == .int8 || elementType == .uint8 }

  /// The scales as numbers.
  func scales() -> [Double]? { try? scale.doubles() }

  /// The zero points of eight bits as numbers.
  func zeroPoints() -> [Int]? {
    guard isByte, let tensor = try? wholeZeroPoint.tensor() else { return nil }
    return tensor.copiedBytes().map { elementType == .int8 ? Int(Int8(bitPattern: $0)) : Int($0) }
  }

  /// Whether both turn the same elements into the same numbers, exactly, with one scale.
  func equals(_ other: Quantization) -> Bool {
    axis == nil && other.axis == nil && elementType == other.elementType && isByte
      && scales() == other.scales() && zeroPoints() == other.zeroPoints()
  }

  /// Whether quantisation saturates wherever an activation limits: then the activation changes nothing before it.
  ///
  /// Rounding is monotonic, so that this holds exactly where both limits are stored as the least and the greatest
  /// value.
  func implies(_ activation: Activation) -> Bool {
    let bounds: (Float, Float)
    switch activation {
    case .relu: bounds = (0, .greatestFiniteMagnitude)
    case .clip(let low, let high): bounds = (low, high)
    default: return false
    }
    guard axis == nil, let scale = scales()?.first, let zero = zeroPoints()?.first, scale > 0 else { return false }
    let (least, greatest) = elementType == .int8 ? (-128.0, 127.0) : (0.0, 255.0)
    func stored(_ value: Float) -> Double {
      min(max(Double((value / Float(scale)).rounded(.toNearestOrEven)) + Double(zero), least), greatest)
    }
    return stored(bounds.0) == least && stored(bounds.1) == greatest
  }
}
