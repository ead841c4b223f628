// Package lint finds, in the code that functions run, what the compiler takes and
// AWS does not: calls without a grant, and grants without a use. It knows the list of
// analyzers and the module's folders; what each looks for is its own.
package lint
