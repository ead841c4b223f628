// Package test judges a real deployment of the reference monorepo: it applies
// the generated roots with Terraform, drives the API, the queue and the schedule
// as their users do, changes code, kills what can be killed, and destroys it all.
//
// It knows what a deployment shows to the outside: URLs, names on AWS,
// Terraform's JSON and the command's JSON. It must not know how the local cloud
// works inside, so that the same suite can judge an account on AWS;
// docs/testing.md says how.
package test
