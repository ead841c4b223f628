// Package run runs functions on this machine in the place of deployed ones: with the
// configuration of the deployed functions, and with the rights of their roles, never
// with those of who runs them. Lambda, its Runtime API and API Gateway are the local
// cloud's; queues, buckets, secrets and databases are the environment's own.
//
// What is asked of AWS with the developer's own credentials is who they are, how the
// functions are configured, where their queues are, and a session of each role.
package run
