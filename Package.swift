// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with these settings; the loop at the end of the manifest applies them.
let strictSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// C is always optimised, also in debug builds: the tests must see the kernels that users run.
let cSettings: [CSetting] = [
  .unsafeFlags(["-O3", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fno-math-errno", "-ffp-contract=off"])
]

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

func c(_ name: String, layer: String, dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", cSettings: cSettings)
}

func swift(
  _ name: String, layer: String, dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", exclude: exclude)
}

func tests(
  _ name: String, layer: String, dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(layer)/\(name)Tests",
    exclude: exclude)
}

/// Layers in import order: a target may depend only on layers above its own line.
let package = Package(
  name: "assay",
  products: [.executable(name: "assay", targets: ["assay"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Interop
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Interop/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CHwloc", path: "Sources/Interop/CHwloc", pkgConfig: "hwloc", providers: [.apt(["libhwloc-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Sources/Interop/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    c("CLinux", layer: "Interop"),
    c("CKernels", layer: "Interop"),
    c("CHTTPGet", layer: "Interop", dependencies: ["CCurl"]),
    c("CTopologyImport", layer: "Interop", dependencies: ["CHwloc"]),
    // Machine
    swift("Topology", layer: "Machine", dependencies: ["CHwloc", "CLinux", "CTopologyImport"]),
    swift("Placements", layer: "Machine", dependencies: ["Topology"]),
    swift("HostState", layer: "Machine", dependencies: ["CLinux", "Topology"]),
    swift("Energy", layer: "Machine", dependencies: ["CHTTPGet", "CLinux", crypto]),
    // Compute
    swift("NumericFormats", layer: "Compute", dependencies: []),
    swift("Conversions", layer: "Compute", dependencies: ["CKernels", "NumericFormats"]),
    swift("Tensors", layer: "Compute", dependencies: ["CLinux"]),
    swift("ModelGraph", layer: "Compute", dependencies: ["Tensors"]),
    swift("Operators", layer: "Compute", dependencies: ["CKernels", "ModelGraph", "Tensors"]),
    swift("GraphPasses", layer: "Compute", dependencies: ["ModelGraph", "Operators", "Tensors"]),
    swift(
      "ONNX", layer: "Compute",
      dependencies: ["GraphPasses", "ModelGraph", "Operators", "Tensors", protobuf],
      exclude: ["Format/onnx.proto"]),
    swift(
      "Engines", layer: "Compute",
      dependencies: [
        "CKernels", "CLinux", "COpenBLAS", "Conversions", "ModelGraph", "NumericFormats", "Operators", "Tensors",
      ]),
    swift(
      "Workloads", layer: "Compute",
      dependencies: ["CKernels", "GraphPasses", "ModelGraph", "ONNX", "Tensors", crypto, subprocess]),
    // Records
    swift("Records", layer: "Records", dependencies: ["Energy", "HostState", "NumericFormats", "Topology", crypto]),
    swift("Store", layer: "Records", dependencies: [grdb]),
    // Pure mathematics that imports nothing, so that every later layer may use it
    swift("Statistics", layer: "Judge", dependencies: []),
    // Measure
    swift("LoadGen", layer: "Measure", dependencies: ["CLinux", "Statistics"]),
    swift("Serving", layer: "Measure", dependencies: ["CLinux", "LoadGen"]),
    swift("MLPerf", layer: "Measure", dependencies: ["HostState", "LoadGen", "Topology", crypto]),
    swift(
      "Sweeps", layer: "Measure",
      dependencies: ["LoadGen", "NumericFormats", "Placements", "Records", "Statistics", "Topology"]),
    swift(
      "Trials", layer: "Measure", dependencies: ["Records", "Statistics", subprocess, systemPackage]),
    swift(
      "Ceilings", layer: "Measure",
      dependencies: [
        "CKernels", "CLinux", "Engines", "NumericFormats", "Records", "Statistics", "Tensors", "Topology",
      ]),
    swift(
      "Conformance", layer: "Measure", dependencies: ["CKernels", "CLinux", "Engines", "NumericFormats", "Records"]),
    swift(
      "Harness", layer: "Measure",
      dependencies: [
        "CLinux", "Ceilings", "Energy", "Engines", "HostState", "LoadGen", "ModelGraph", "NumericFormats", "Placements",
        "Records", "Serving", "Sweeps", "Tensors", "Statistics", "Topology", "Workloads", subprocess, systemPackage,
        yams,
      ]),
    // Judge
    swift(
      "Analysis", layer: "Judge",
      dependencies: ["Energy", "HostState", "NumericFormats", "Records", "Statistics", "Store", "Sweeps", "Topology"]),
    // Present
    swift(
      "Reports", layer: "Present",
      dependencies: [
        "Analysis", "Energy", "Engines", "GraphPasses", "HostState", "LoadGen", "MLPerf", "NumericFormats", "ONNX",
        "Placements", "Records", "Serving", "Statistics", "Store", "Sweeps", "Tensors", "Topology",
      ]),
    // App
    swift(
      "Commands", layer: "App",
      dependencies: [
        "Analysis", "CLinux", "Ceilings", "Conformance", "Conversions", "Energy", "Engines", "Harness", "HostState",
        "LoadGen", "MLPerf", "ModelGraph", "NumericFormats", "ONNX", "Operators", "Placements", "Records", "Reports",
        "Serving", "Store", "Sweeps", "Tensors", "Topology", "Trials", "Workloads",
        argumentParser, yams,
      ]),
    .executableTarget(name: "assay", dependencies: ["Commands"], path: "Sources/App/assay"),
    // Benchmarks
    .executableTarget(
      name: "engine-overhead",
      dependencies: [
        "CLinux", "COpenBLAS", "Engines", "ModelGraph", "NumericFormats", "Tensors", "Topology", "Workloads",
        subprocess, systemPackage,
      ], path: "Benchmarks/micro/EngineOverhead"),
    .executableTarget(
      name: "gate-arithmetic", dependencies: ["Statistics"], path: "Benchmarks/micro/GateArithmetic"),
    .executableTarget(
      name: "meter-cost", dependencies: ["CLinux", "Energy"], path: "Benchmarks/micro/MeterCost"),
    .executableTarget(
      name: "node-times",
      dependencies: ["CLinux", "Engines", "ModelGraph", "NumericFormats", "Tensors", "Topology", "Workloads"],
      path: "Benchmarks/micro/NodeTimes"),
    .executableTarget(name: "history-speed", dependencies: ["Store"], path: "Benchmarks/micro/HistorySpeed"),
    .executableTarget(
      name: "report-page", dependencies: ["Analysis", "Records", "Reports"], path: "Benchmarks/micro/ReportPage"),
    .executableTarget(
      name: "load-generator", dependencies: ["CLinux", "LoadGen"], path: "Benchmarks/load/LoadGenerator"),
    // Tests
    tests("CLinux", layer: "Interop"),
    tests("CKernels", layer: "Interop"),
    .target(
      name: "KernelDigests", dependencies: ["CKernels"], path: "Tests/Interop/KernelDigests", cSettings: cSettings),
    .target(name: "MachineTestSupport", path: "Tests/Machine/MachineTestSupport"),
    tests("Topology", layer: "Machine", dependencies: ["CLinux", "MachineTestSupport"]),
    tests("Placements", layer: "Machine", dependencies: ["Topology"]),
    tests("HostState", layer: "Machine", dependencies: ["MachineTestSupport", "Topology"]),
    tests("Energy", layer: "Machine", dependencies: ["CLinux", "MachineTestSupport"]),
    tests("NumericFormats", layer: "Compute"),
    tests("Conversions", layer: "Compute", dependencies: ["CKernels", "KernelDigests", "NumericFormats"]),
    tests("Tensors", layer: "Compute"),
    tests("ModelGraph", layer: "Compute", dependencies: ["Tensors"]),
    tests("Operators", layer: "Compute", dependencies: ["CKernels", "ModelGraph", "Tensors"]),
    tests(
      "GraphPasses", layer: "Compute",
      dependencies: ["Engines", "ModelGraph", "NumericFormats", "Operators", "Tensors"]),
    tests(
      "ONNX", layer: "Compute",
      dependencies: ["Engines", "GraphPasses", "ModelGraph", "NumericFormats", "Operators", "Tensors", protobuf]),
    tests(
      "Engines", layer: "Compute",
      dependencies: [
        "CKernels", "CLinux", "ModelGraph", "NumericFormats", "Operators", "Tensors", "Topology", "Workloads",
      ]),
    tests("Workloads", layer: "Compute", dependencies: ["Engines", "ModelGraph", "NumericFormats", "ONNX", "Tensors"]),
    tests("Records", layer: "Records", dependencies: ["Energy", "HostState", "NumericFormats", "Topology"]),
    tests("Store", layer: "Records", dependencies: [grdb]),
    tests("LoadGen", layer: "Measure", dependencies: ["CLinux"]),
    tests("Serving", layer: "Measure", dependencies: ["CLinux", "LoadGen"]),
    tests("MLPerf", layer: "Measure", dependencies: ["HostState", "LoadGen", "Topology"]),
    tests("Sweeps", layer: "Measure", dependencies: ["NumericFormats", "Placements", "Records", "Topology"]),
    tests("Trials", layer: "Measure", dependencies: ["Energy", "HostState", "NumericFormats", "Records", "Topology"]),
    tests(
      "Harness", layer: "Measure",
      dependencies: [
        "CLinux", "Energy", "Engines", "HostState", "LoadGen", "ModelGraph", "NumericFormats", "Placements", "Records",
        "Serving", "Sweeps", "Tensors", "Topology", "Workloads",
      ]),
    tests("Ceilings", layer: "Measure", dependencies: ["Engines", "NumericFormats", "Records", "Topology"]),
    tests("Conformance", layer: "Measure", dependencies: ["CKernels", "Engines", "NumericFormats", "Records"]),
    tests("Statistics", layer: "Judge"),
    tests(
      "Analysis", layer: "Judge",
      dependencies: ["Energy", "HostState", "NumericFormats", "Records", "Statistics", "Store", "Sweeps", "Topology"]),
    tests(
      "Reports", layer: "Present",
      dependencies: [
        "Analysis", "Energy", "Engines", "HostState", "LoadGen", "ModelGraph", "NumericFormats", "ONNX", "Placements",
        "Records", "Serving", "Statistics", "Store", "Tensors", "Topology",
      ],
      exclude: ["Snapshots"]),
    .target(name: "AppTestSupport", path: "Tests/App/AppTestSupport"),
    // Workers that tests drive themselves. In a module of their own, since tests that wait for the binary block the threads
    // on which a worker is listened to.
    tests(
      "assay", layer: "App",
      dependencies: [
        "AppTestSupport", "Harness", "HostState", "ModelGraph", "NumericFormats", "Records", "Topology", "Workloads",
      ]),
    tests(
      "Commands", layer: "App",
      dependencies: [
        "Analysis", "AppTestSupport", "assay", "CLinux", "Energy", "Harness", "HostState", "LoadGen",
        "MachineTestSupport", "ModelGraph",
        "NumericFormats", "ONNX", "Records", "Tensors", "Topology", "Workloads",
      ]),
  ]
)

/// Fuzzing needs everything compiled with sanitizers, into a folder of its own: scripts/fuzz-onnx asks for this target.
if Context.environment["ASSAY_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz-onnx", dependencies: ["ONNX", "Tensors"], path: "Tests/Fuzz/ONNX",
      // libFuzzer brings the main function.
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}

for target in package.targets where target.type != .system && target.cSettings == nil {
  target.swiftSettings = (target.swiftSettings ?? []) + strictSettings
}
