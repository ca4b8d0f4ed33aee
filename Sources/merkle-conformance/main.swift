import Foundation

// merkle-conformance FILE.json …: runs the cases of the suite; a line for each failure, then the count.

let paths = CommandLine.arguments.dropFirst()
guard !paths.isEmpty else {
    FileHandle.standardError.write(Data("usage: merkle-conformance FILE.json …\n".utf8))
    exit(64)
}

var (passed, failed) = (0, 0)
for path in paths {
    do {
        for conformanceCase in try ConformanceCase.read(URL(fileURLWithPath: path)) {
            if let failure = conformanceCase.failure() {
                failed += 1
                print("\(conformanceCase.name) \(failure)")
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
