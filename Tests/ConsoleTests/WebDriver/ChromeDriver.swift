import AsyncHTTPClient
import Canonical
import EmbeddedPostgres
import Foundation
import NIOCore

/// The driver that all browsers of this test run are started with. It ends with the process, whatever ends that, and its
/// browsers with it: they listen to it through a pipe.
actor ChromeDriver {
    static let shared = ChromeDriver()

    /// The browser without what makes a window of it, which takes less than half the time; nil where it is not there.
    static let shell = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/chromium-headless-shell" }.first(where: FileManager.default.isExecutableFile(atPath:))

    /// Ends the driver when our end of the line closes, and removes what browsers left.
    private static let script = """
        exec 3<&0 </dev/null
        "$@" 3<&- >"$TMPDIR/log" 2>&1 &
        driver=$!
        trap '' INT TERM HUP
        while read -r line <&3; do :; done
        kill -TERM "$driver"
        wait "$driver"
        sleep 0.3
        rm -rf -- "$TMPDIR"
        """

    private var starting: Task<Int, any Error>?
    private var lifeline: FileHandle?

    private func port() async throws -> Int {
        let task = starting ?? Task { try await start() }
        starting = task
        return try await task.value
    }

    private func start() async throws -> Int {
        // Short: browsers make sockets below it, whose names have at most 107 bytes.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dsb-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (theirs, ours) = try Lifeline.make()
        let process = ChildProcess.make(["/bin/sh", "-c", Self.script, "browsers", "chromedriver", "--port=0"])
        process.environment = ChildProcess.environment.merging(["TMPDIR": folder.path, "HOME": folder.path]) { _, ours in ours }
        process.standardInput = theirs
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        lifeline = ours
        try await ChildProcess.start(process)
        let log = folder.appendingPathComponent("log")
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let text = try? String(contentsOf: log, encoding: .utf8),
                let match = text.firstMatch(of: /started successfully on port (\d+)/), let port = Int(match.1)
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw WebDriverError(code: "not started", message: "chromedriver did not start within 30 s")
    }

    /// Sends a command, and returns the answer's value.
    func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        try await Self.send(method, "http://127.0.0.1:\(port())\(path)", body)
    }

    private static func send(_ method: String, _ address: String, _ body: JSONValue?) async throws -> JSONValue {
        var request = HTTPClientRequest(url: address)
        request.method = .RAW(value: method)
        if method == "POST" {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: (body ?? [:]).canonicalBytes()))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let text = String(buffer: try await response.body.collect(upTo: 64 << 20))
        let value = try JSONValue(parsing: text)["value"] ?? .null
        guard let code = value["error"]?.stringValue, response.status.code >= 400 else { return value }
        throw WebDriverError(code: code, message: value["message"]?.stringValue ?? text)
    }
}

/// What a browser refused, with the code of the WebDriver standard.
struct WebDriverError: Error, CustomStringConvertible {
    let code: String
    let message: String

    static let noSuchElement = "no such element"
    static let staleElement = "stale element reference"

    var description: String { "\(code): \(message.prefix(400))" }
}
