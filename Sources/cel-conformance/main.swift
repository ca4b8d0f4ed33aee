import Foundation

// cel-conformance FILE.json …: runs the cases of the suite; a line for each failure, then the count.

let paths = CommandLine.arguments.dropFirst()
guard !paths.isEmpty else {
    FileHandle.standardError.write(Data("usage: cel-conformance FILE.json …\n".utf8))
    exit(64)
}

var (passed, failed) = (0, 0)
for path in paths {
    do {
        for conformanceCase in try ConformanceFile(URL(fileURLWithPath: path)).cases {
            if let failure = conformanceCase.failure() {
                failed += 1
                print("\(conformanceCase) \(failure)".replacingOccurrences(of: "\n", with: " "))
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
exit(failed == 0 ? 0 : 1)
