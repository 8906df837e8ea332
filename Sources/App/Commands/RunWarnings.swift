import HostState
import Topology

/// What `assay doctor` would warn of now, for the record of a run that starts now.
enum RunWarnings {
  static func gather(topology: Topology) -> [String] {
    // The BLAS library's choice is read in a worker, and meters speak for themselves in every reading.
    let facts = HostFacts.gather(topology: topology, blas: nil, meters: [])
    let findings = Doctor.findings(facts).filter { $0.severity == .warning }.map(\.sentence)
    return findings + [topology.quotaNote].compactMap { $0 }
  }
}
