import Engines
import HostState
import Records

/// Asks a fresh process which kernels the BLAS library takes when OPENBLAS_CORETYPE is not set.
public enum BLASProbe {
  /// What the library does here by itself, under this environment, and what the CPU could run; nil where the probe failed.
  public static func facts(command: WorkerCommand = .current) async -> HostFacts.BLAS? {
    let outcome = await WorkerProcess(
      command: command, environment: WorkerProcess.environment(core: nil), silenceLimit: 30
    ).run(.probe(requestedCore: nil)) { _ in }
    guard case .probed(let state) = outcome.answer else { return nil }
    return HostFacts.BLAS(
      library: kernels(state.core), environment: BLASCorePolicy.environmentCore.map(kernels),
      best: BLASLibrary.bestCore().map(kernels))
  }

  private static func kernels(_ core: String) -> HostFacts.BLAS.Kernels {
    HostFacts.BLAS.Kernels(core: core, vectorWidth: BLASLibrary.vectorWidth(ofCore: core))
  }
}
