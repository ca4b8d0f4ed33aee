/// The labels of a series, by name, with names that fit the format.
struct LabelSet: Hashable, Sendable {
    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    let labels: [Label]

    /// What is measured beyond the limit of series.
    static let overflow = LabelSet([("overflow", "true")])

    /// Of labels with one name the first counts.
    init(_ dimensions: [(String, String)]) {
        var labels: [Label] = []
        for (name, value) in dimensions {
            let name = MetricText.labelName(name)
            if !labels.contains(where: { $0.name == name }) { labels.append(Label(name: name, value: value)) }
        }
        self.labels = labels.sorted { $0.name < $1.name }
    }
}
