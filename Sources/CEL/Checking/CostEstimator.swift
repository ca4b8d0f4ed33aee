/// Bounds the steps of the most expensive evaluation, and the height of the tree of evaluation.
enum CostEstimator {
    static func estimate(_ checked: inout CheckedExpression, limits: Limits) throws(CELError) {
    }
}
