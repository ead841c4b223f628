// Package lambda is AWS Lambda on one machine: its API (2015-03-31 and the
// paths of later dates), functions as processes behind the real Runtime API,
// asynchronous invocations with retries, and event source mappings for SQS.
//
// It knows functions, versions, aliases, resource policies and mappings, and
// keeps them in the local cloud's store. Processes are package fleet's and
// sandbox's affair. Of IAM, CloudWatch Logs and SQS it knows only the small
// interfaces in Deps; it must not import those services.
package lambda
