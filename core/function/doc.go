// Package function turns ordinary Go functions into AWS Lambda handlers. It
// knows the events that Lambda delivers (API Gateway's payload format 2.0, SQS
// batches, schedules, direct invocations) and what each wants as an answer; it
// must not know any stack, service or resource. Handlers see neither AWS types
// nor this package: they take a context and a plain struct, and give a plain
// value and an error.
//
// Everything that can be wrong with a handler's types is found when the process
// starts, before the first event: see Handler.Err.
package function
