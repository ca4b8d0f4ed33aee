import Foundation

extension ServerFolder {
    struct Running: Sendable {
        let processIdentifier: Int32
        let socketDirectory: URL
    }

    private var processFile: URL { data.appendingPathComponent("postmaster.pid") }

    /// A server runs on the folder, or was killed there.
    var hasServerLock: Bool { FileManager.default.fileExists(atPath: processFile.path) }

    /// The server that runs on this folder and is ready, as its `postmaster.pid` says (PostgreSQL manual, section 73.1). The
    /// file of a server that was killed may name a process that is something else by now, so the socket is tried as well.
    func running() -> Running? {
        guard let text = try? String(contentsOf: processFile, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 8, let process = Int32(lines[0].trimmingCharacters(in: .whitespaces)),
            lines[7].trimmingCharacters(in: .whitespaces) == "ready", kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        let folder = URL(fileURLWithPath: String(lines[4]), isDirectory: true)
        guard Self.somebodyListens(folder.appendingPathComponent(".s.PGSQL.\(Self.port)").path) else { return nil }
        return Running(processIdentifier: process, socketDirectory: folder)
    }

    private static func somebodyListens(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A busy server's queue may be full; that is an answer too, and not worth waiting for.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        return outcome == 0 || errno == EAGAIN || errno == EINPROGRESS
    }
}
