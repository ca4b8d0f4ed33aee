import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

@Suite(.fewAtOnce) struct OpenAPITests {
    @Test func theDocumentHasEveryRouteAndNothingElse() async throws {
        try await API.run { api in
            let document = try await api.send(.GET, "/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            var operations: Set<String> = []
            for (path, item) in document["paths"]?.objectValue?.members ?? [] {
                for (method, _) in item.objectValue?.members ?? [] {
                    operations.insert(method.uppercased() + " " + path)
                }
            }
            #expect(operations == Set(RouteTable.all.map { $0.method.rawValue + " " + $0.path }))
        }
    }

    @Test func namesAreUniqueAndEveryPlaceOfAPathIsAParameter() {
        #expect(Set(RouteTable.all.map(\.name)).count == RouteTable.all.count)
        for route in RouteTable.all {
            let places = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            #expect(Set(places) == Set(route.parameters.filter { $0.place == .path }.map(\.name)), "\(route.name)")
            #expect(!route.successes.isEmpty, "\(route.name)")
        }
    }

    /// Of the styles that there are, OpenAPI allows some in each place.
    @Test func listsAreWrittenAsTheirPlaceHasIt() {
        let paths = OpenAPIDocument(routes: RouteTable.all).json["paths"]?.objectValue?.members ?? []
        let operations = paths.flatMap { $0.value.objectValue?.members ?? [] }
        let parameters = operations.flatMap { $0.value["parameters"]?.arrayValue ?? [] }.filter {
            $0["schema"]?["type"] == "array"
        }
        #expect(!parameters.isEmpty)
        for parameter in parameters {
            #expect(parameter["style"] == (parameter["in"] == "query" ? "form" : "simple"), "\(parameter)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() {
        let document = OpenAPIDocument(routes: RouteTable.all).json
        let components = document["components"]?["schemas"]?.objectValue
        for reference in Self.references(in: document) where reference.hasPrefix("#/components/schemas/") {
            let name = reference.replacing("#/components/schemas/", with: "")
            let found = components?[name]
            #expect(found?["properties"] ?? found?["oneOf"] ?? found?["allOf"] != nil, "\(reference)")
        }
    }

    @Test func everyProblemHasAPageInEveryLanguage() async throws {
        try await API.run { api in
            let list = try await api.send(.GET, "/problems")
            for code in ProblemDetails.Code.all {
                #expect(list.text.contains(code.page))
                for language in ["en", "zh-Hant", "zh-Hans"] {
                    let page = try await api.send(.GET, code.page, headers: [("Accept-Language", language)])
                    #expect(page.status == 200)
                    #expect(page.text.contains("<html lang=\"\(language)\">"))
                }
            }
            #expect(try await api.send(.GET, "/docs").text.contains("/v1/share-requests"))
            #expect(try await api.send(.GET, "/docs/style.css").status == 200)
        }
    }

    private static func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { name, value in name == "$ref" ? [value.stringValue ?? ""] : references(in: value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }
}
