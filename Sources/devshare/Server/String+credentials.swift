import Foundation

extension String {
    /// A URL without the user and the password that may stand in it; any other text as it is.
    var withoutCredentials: String {
        guard contains("://"), contains("@") else { return self }
        guard var url = URLComponents(string: self) else { return "(secret)" }
        guard url.user != nil || url.password != nil else { return self }
        url.user = "(secret)"
        url.password = nil
        return url.string ?? "(secret)"
    }
}
