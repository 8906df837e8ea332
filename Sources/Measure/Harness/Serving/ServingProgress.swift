/// What serving a model begins with, as it happens.
public enum ServingProgress: Hashable, Sendable {
  /// The parameters are made or read.
  case parameters
  /// INT8 ranges are measured on a sample of so many.
  case calibration(sample: Int, of: Int)
  /// An instance, from 0, prepares the model for a batch size.
  case preparation(instance: Int, batch: Int)
  /// A sample of the library is made, of so many to load.
  case sample(Int, of: Int)
}
