// Package lambda is AWS Lambda on one machine: its API (2015-03-31 and the
// paths of later dates), functions as processes behind the real Runtime API,
// asynchronous invocations with retries, and event source mappings for SQS.
//
// It knows functions, versions and aliases, and composes the API from the
// packages below: resourcepolicy, provisioned, async and eventsource keep what
// their names say, fleet and sandbox run the processes. Of IAM, CloudWatch Logs
// and SQS it knows only the small interfaces in Deps; it must not import those
// services.
package lambda
