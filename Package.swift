// swift-tools-version: 6.2

import PackageDescription

/// Every Swift target is built the same way: Swift 6 language mode, warnings as errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "causeway",
    products: [
        .executable(name: "causeway", targets: ["causeway"]),
        .executable(name: "sandbox", targets: ["sandbox"]),
    ],
    targets: [
        // Module maps for the system's libraries: no code of ours but what Swift cannot import.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // Know nothing above them.
        library("Reactor", ["CLinux"]),
        library("JSON"),
        library("Core"),
        library("QRCode"),
        library("Logging", ["Core", "JSON"]),

        // Adapters: each one outside thing, none imports another.
        library("Cryptography", ["COpenSSL"]),
        library("HTTP", ["Reactor", "CLinux"]),
        library("HTTPClient", ["Reactor", "CLinux", "CCurl"]),
        library("Postgres", ["Reactor", "CLinux", "CPostgres"]),

        // Pure: no input or output.
        library("Routing", ["Core", "JSON"]),
        library("Connectors", ["Core", "JSON", "Cryptography"]),

        // What happens to an order, and the thin face on it.
        library(
            "Orchestration",
            [
                "Core", "JSON", "Logging", "Reactor", "Cryptography", "HTTPClient", "Postgres", "Routing",
                "Connectors",
            ]),
        library(
            "API",
            [
                "Core", "JSON", "Logging", "Reactor", "Cryptography", "HTTP", "Routing", "Connectors",
                "Orchestration", "QRCode",
            ]),

        program(
            "causeway",
            [
                "API", "Orchestration", "Connectors", "Routing", "Core", "JSON", "Logging", "Reactor",
                "Cryptography",
                "HTTP", "HTTPClient", "Postgres", "CLinux",
            ]),
        // Plays the providers with its own reading of their documents: no Connectors, JSON or Cryptography here.
        program("sandbox", ["COpenSSL", "CCurl"]),
        // How long a decision takes; `swift run -c release routing-decisions`.
        .executableTarget(
            name: "routing-decisions", dependencies: ["Routing", "Core", "JSON"],
            path: "Tests/Benchmarks/Decisions", swiftSettings: settings, linkerSettings: [.linkedLibrary("m")]
        ),

        // Judges adaptive routing in worlds of its own making: `make simulate`.
        .executableTarget(
            name: "routing-simulation", dependencies: ["Routing", "Core"], path: "Tests/Benchmarks/Routing",
            swiftSettings: settings),

        // What several suites use.
        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: settings),
        tests("Reactor"),
        tests("JSON", exclude: ["Vectors"]),
        tests("Core"),
        tests("QRCode", ["Cryptography"], exclude: ["Fixtures"]),
        tests("Logging", ["JSON"]),
        tests("Cryptography", ["JSON"], exclude: ["Vectors"]),
        tests("HTTP", ["Reactor", "CLinux"]),
        tests("HTTPClient", ["Reactor", "CLinux"]),
        tests("Postgres", ["Reactor"]),
        tests("Routing", ["Core", "JSON"], exclude: ["Vectors"]),
        tests("Connectors", ["Core", "JSON", "Cryptography"], exclude: ["Vectors", "PHP/sign.php"]),
        tests(
            "Orchestration",
            ["Core", "JSON", "Reactor", "Postgres", "HTTPClient", "Connectors", "Routing", "Cryptography"]),
        tests(
            "API",
            [
                "Core", "JSON", "Logging", "Reactor", "Cryptography", "HTTP", "Postgres", "Connectors",
                "Orchestration", "QRCode",
            ]),
        .testTarget(
            name: "CausewayTests", dependencies: ["causeway", "Core", "JSON", "Logging", "Orchestration"],
            swiftSettings: settings),
        .testTarget(
            name: "SandboxTests", dependencies: ["sandbox"], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)
