// Package sandbox runs one instance of a function: a process behind a Runtime
// API of its own, as Lambda's execution environments are.
//
// It knows processes, signals and the Runtime API (2018-06-01). It must not know
// functions, versions, roles, logs or AWS's control plane: it receives a command
// with an environment, and returns lines of output and answers.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package sandbox
