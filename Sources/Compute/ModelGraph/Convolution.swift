/// The attributes of a 2-D convolution.
public struct Convolution: Hashable, Codable, Sendable {
  /// Steps, dilation and padding with zeros.
  public let window: Window
  /// Independent groups of channels; weights are then (co, ci / groups, kh, kw).
  public let groups: Int
  /// What follows the sum.
  public let activation: Activation

  /// Makes the attributes of a convolution.
  public init(window: Window, groups: Int = 1, activation: Activation) {
    self.window = window
    self.groups = groups
    self.activation = activation
  }

  /// A dense convolution with the same stride and padding in both directions.
  public init(stride: Int, padding: Int, activation: Activation) {
    self.init(window: Window(stride: stride, padding: padding), activation: activation)
  }
}

/// The attributes of a 2-D pooling.
public struct Pooling: Hashable, Codable, Sendable {
  /// Window extents.
  public let kernel: Window.Extent
  /// Steps, dilation and padding; padding never counts.
  public let window: Window

  /// Makes the attributes of a pooling.
  public init(kernel: Window.Extent, window: Window) {
    self.kernel = kernel
    self.window = window
  }

  /// A square window with the same stride and padding in both directions.
  public init(kernel: Int, stride: Int, padding: Int) {
    self.init(kernel: Window.Extent(kernel, kernel), window: Window(stride: stride, padding: padding))
  }
}

/// The attributes of a product of two activations.
public struct MatMul: Hashable, Codable, Sendable {
  /// Whether the second operand is stored (..., n, k).
  public let transposesRight: Bool
  /// The factor applied to the sums.
  public let scale: Float

  /// Makes the attributes of a matrix product.
  public init(transposesRight: Bool = false, scale: Float = 1) {
    self.transposesRight = transposesRight
    self.scale = scale
  }
}
