@testable import HTTPEdge

extension Authenticator {
    /// What becomes of an `Authorization` header: "believed", or the problem's code.
    func code(_ header: String?) async -> String {
        do {
            _ = try await principal(authorization: header)
            return "believed"
        } catch let problem as ProblemDetails {
            return problem.code.rawValue
        } catch {
            return "\(error)"
        }
    }
}
