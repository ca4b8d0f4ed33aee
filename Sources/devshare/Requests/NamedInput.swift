import ArgumentParser
import EligibilityPolicy

/// An input of a request as the command line has it: `riskBand=low`.
struct NamedInput: ExpressibleByArgument, Hashable {
    let name: String
    let value: InputValue

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        name = String(parts[0])
        value = InputValue(String(parts[1]))
    }
}

extension AuthenticationMethod: ExpressibleByArgument {}
