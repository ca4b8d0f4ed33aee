@preconcurrency import Foundation
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#endif

/// Standard output, of which it is known whether all that was printed has been written: a full disk, or a device that takes
/// nothing, must not look like an answer that was given.
enum StandardOutput {
    /// Whether the failure was reported; then the program's end says nothing more of it.
    private static let isReported = Mutex(false)

    /// Hands on what was printed. Throws `output-failed` where that, or something before it, could not be written.
    static func flush() throws {
        errno = 0
        guard fflush(stdout) != 0 || ferror(stdout) != 0 else { return }
        let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)))"
        isReported.withLock { $0 = true }
        throw DevshareError(
            .outputFailed, "standard output cannot be written\(reason)",
            advice: "Make room where the output goes to, and run it again.")
    }

    /// Looks after what is printed by no verb, such as help: a program that ends otherwise well ends with the status of output
    /// that failed.
    static func guardAtExit() { atexit { StandardOutput.reportAtExit() } }

    private static func reportAtExit() {
        // What a verb has reported already has its exit status.
        guard !isReported.withLock({ $0 }) else { return }
        do {
            try flush()
        } catch {
            let message = (error as? DevshareError)?.message ?? "\(error)"
            Terminal.print(error: "output-failed: \(message).")
            _exit(ExitStatus.outputFailed.rawValue)
        }
    }
}
