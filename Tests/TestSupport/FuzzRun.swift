import Foundation

/// One run of generated inputs: how many there are, and which one is at work.
///
/// A trap ends the process before a test can say anything. So the number of the input that is at work is kept in a file,
/// from which the input can be made again: each is made of the run's seed and its number alone.
package struct FuzzRun {
    package let seed: UInt64
    package let count: Int
    private let name: String
    private let progress: FileHandle?

    /// - Parameter name: of the run; its progress is in `/tmp/devshare-fuzz-NAME`.
    /// - Parameter usual: how many inputs there are unless `DEVSHARE_FUZZ_INPUTS` asks for more.
    package init(_ name: String, usual: Int = FuzzRun.usual) {
        self.name = name
        seed = SeededGenerator().seed
        let wanted = ProcessInfo.processInfo.environment["DEVSHARE_FUZZ_INPUTS"].flatMap { Int($0) }
        count = max(usual, wanted.map { $0 * usual / FuzzRun.usual } ?? usual)
        let file = "/tmp/devshare-fuzz-\(name)"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        progress = FileHandle(forWritingAtPath: file)
        FileHandle.standardError.write(Data("\(name): \(count) generated inputs, seed \(seed)\n".utf8))
    }

    /// Inputs of a run in the tests. Code that is not optimised is slower by a power of ten.
    package static let usual: Int = {
        #if DEBUG
            300
        #else
            3_000
        #endif
    }()

    /// Gives `body` the generator of each input, one after the other. The seed of that generator gives the same input as number 0.
    package func each(_ body: (inout SeededGenerator) async throws -> Void) async rethrows {
        // `DEVSHARE_FUZZ_ONLY` repeats one of them.
        let only = ProcessInfo.processInfo.environment["DEVSHARE_FUZZ_ONLY"].flatMap { Int($0) }
        for number in 0..<count where only == nil || only == number {
            note(number)
            var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
            try await body(&generator)
        }
    }

    private func note(_ number: Int) {
        // Best effort: without the file only the number of an input that ends the process is missing.
        try? progress?.seek(toOffset: 0)
        try? progress?.write(contentsOf: Data("seed \(seed), input \(number)       \n".utf8))
    }
}
