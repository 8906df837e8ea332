import Engines
import ModelGraph
import NumericFormats
import Records

/// How long a worker may be silent in good health: what it announces with its phases, in seconds.
struct Patience {
  /// One whole inference, batch included.
  let inference: Double
  /// Making or reading, converting and packing the parameters, and one inference to look at the outputs.
  let loading: Double

  /// Derives both from what estimates assume; `graph` has the cell's batch.
  init(_ cell: Cell, engine: any Engine, graph: ModelGraph) {
    inference = Estimate.patience(
      multiplyAccumulates: graph.multiplyAccumulates, rate: ComputeBridge.assumedRate(engine),
      threads: cell.placement.threads, emulated: cell.execution == .emulated)
    loading = Estimate.patience(parameters: graph.parameterCount) + inference
  }

  /// For calibration, whatever engine uses the ranges; `graph` has batch 1. What no kernel computes runs in plain loops.
  init(calibrating graph: ModelGraph, threads: Int) {
    inference = Estimate.patience(
      multiplyAccumulates: graph.multiplyAccumulates, rate: ComputeBridge.plainLoopRate, threads: threads)
    loading = Estimate.patience(parameters: graph.parameterCount) + inference
  }
}
