import Foundation

/// Runs the cases of a published suite from files: a line for each failure, then `N passed, M failed`.
package struct ConformanceRun<Case> {
    let program: String
    let cases: (URL) throws -> [Case]
    let failure: (Case) -> String?

    /// - Parameters:
    ///   - program: its name, for the usage.
    ///   - cases: those of one file.
    ///   - failure: the case and what is wrong with it, in a line; nil where it passes.
    package init(program: String, cases: @escaping (URL) throws -> [Case], failure: @escaping (Case) -> String?) {
        self.program = program
        self.cases = cases
        self.failure = failure
    }

    /// The exit status: 0 where all passed, 64 without a file.
    package func status(of paths: some Collection<String>) -> Int32 {
        guard !paths.isEmpty else {
            FileHandle.standardError.write(Data("usage: \(program) FILE.json …\n".utf8))
            return 64
        }
        var (passed, failed) = (0, 0)
        for path in paths {
            do {
                for conformanceCase in try cases(URL(fileURLWithPath: path)) {
                    if let failure = failure(conformanceCase) {
                        failed += 1
                        print(failure.replacingOccurrences(of: "\n", with: " "))
                    } else {
                        passed += 1
                    }
                }
            } catch {
                failed += 1
                print("\(path): \(error)")
            }
        }
        print("\(passed) passed, \(failed) failed")
        return failed == 0 ? 0 : 1
    }
}
