/// The ranges and scales that a model was quantised with.
public struct Quantisation: Codable, Hashable, Sendable {
  /// How the ranges of activations were chosen, for example `min-max`.
  public var method: String
  /// Calibration samples that were seen.
  public var samples: Int
  /// The SHA-256 of the calibration file that the ranges came from; nil where they were measured in this very process.
  public var file: String?
  /// Every activation that is held with a scale, in the model's order; one that is held in two formats is there twice.
  public var activations: [Activation]
  /// Every parameter that is held with scales, in the model's order.
  public var weights: [Weights]

  /// Makes an account.
  public init(method: String, samples: Int, file: String?, activations: [Activation], weights: [Weights]) {
    self.method = method
    self.samples = samples
    self.file = file
    self.activations = activations
    self.weights = weights
  }

  /// How an activation is held: real = (stored - zero point) * scale.
  public struct Activation: Codable, Hashable, Sendable {
    /// The tensor's name.
    public var tensor: String
    /// The format of stored elements, for example `u8`.
    public var format: String
    /// The least value that calibration chose to cover.
    public var least: Float
    /// The greatest value that calibration chose to cover.
    public var greatest: Float
    /// The factor from stored elements to real values.
    public var scale: Float
    /// The stored element that stands for zero; nil for formats that are symmetric.
    public var zeroPoint: Int?

    /// Makes an account.
    public init(tensor: String, format: String, least: Float, greatest: Float, scale: Float, zeroPoint: Int?) {
      self.tensor = tensor
      self.format = format
      self.least = least
      self.greatest = greatest
      self.scale = scale
      self.zeroPoint = zeroPoint
    }
  }

  /// How weights are held: a scale for each output channel.
  public struct Weights: Codable, Hashable, Sendable {
    /// The parameter's name.
    public var parameter: String
    /// Output channels, each with a scale of its own.
    public var channels: Int
    /// The least of the scales.
    public var leastScale: Float
    /// The greatest of the scales.
    public var greatestScale: Float

    /// Makes an account.
    public init(parameter: String, channels: Int, leastScale: Float, greatestScale: Float) {
      self.parameter = parameter
      self.channels = channels
      self.leastScale = leastScale
      self.greatestScale = greatestScale
    }
  }

  /// What cannot be about it as a clause, or nil.
  var problem: String? {
    guard RunFigure.calibrationSamples.problem(Double(samples)) == nil else {
      return "it was calibrated over \(samples) samples"
    }
    let areFine = activations.allSatisfy {
      $0.least.isFinite && $0.greatest.isFinite && $0.least <= $0.greatest && $0.scale.isFinite && $0.scale > 0
    }
    guard areFine else { return "the range or the scale of an activation cannot be" }
    guard
      weights.allSatisfy({
        $0.channels >= 1 && $0.leastScale > 0 && $0.leastScale <= $0.greatestScale && $0.greatestScale.isFinite
      })
    else { return "the scales of weights cannot be" }
    return nil
  }
}
